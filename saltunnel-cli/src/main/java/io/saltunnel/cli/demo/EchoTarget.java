package io.saltunnel.cli.demo;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A service on loopback that echoes what it receives, and ends its stream after the peer has ended its own. */
final class EchoTarget implements Closeable {

    private static final int BUFFER_BYTES = 256 * 1024;

    private final ServerSocketChannel listener;

    private EchoTarget(ServerSocketChannel listener) {
        this.listener = listener;
    }

    static EchoTarget start() throws IOException {
        EchoTarget target = new EchoTarget(
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        Loopback.serve(target.listener, "demo-target", EchoTarget::echo);
        return target;
    }

    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private static void echo(SocketChannel connection) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        while (connection.read(buffer.clear()) >= 0) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                connection.write(buffer);
            }
        }
        connection.shutdownOutput();
    }
}
