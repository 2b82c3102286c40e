package io.saltunnel.cli.demo;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/**
 * Relays between a client and a server, and records what the client sends. Anybody on the network between them could do
 * the same.
 */
final class WireTap implements Closeable {

    private static final int BUFFER_BYTES = 64 * 1024;

    private final ServerSocketChannel listener;
    private final SocketAddress server;
    private final ByteArrayOutputStream recorded = new ByteArrayOutputStream();

    private WireTap(ServerSocketChannel listener, SocketAddress server) {
        this.listener = listener;
        this.server = server;
    }

    static WireTap before(SocketAddress server) throws IOException {
        WireTap tap = new WireTap(
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), server);
        Loopback.serve(tap.listener, "demo-tap", tap::passOn);
        return tap;
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    /** Everything that clients have sent so far. */
    byte[] recorded() {
        return recorded.toByteArray();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void passOn(SocketChannel client) throws IOException {
        try (SocketChannel upstream = SocketChannel.open(server)) {
            Thread back = Loopback.thread("demo-tap-back", () -> copy(upstream, client, false));
            copy(client, upstream, true);
            Loopback.join(back);
        }
    }

    private void copy(SocketChannel source, SocketChannel sink, boolean record) throws IOException {
        byte[] array = new byte[BUFFER_BYTES];
        ByteBuffer buffer = ByteBuffer.wrap(array);
        while (source.read(buffer.clear()) >= 0) {
            if (record) {
                recorded.write(array, 0, buffer.position());
            }
            buffer.flip();
            while (buffer.hasRemaining()) {
                sink.write(buffer);
            }
        }
        sink.shutdownOutput();
    }
}
