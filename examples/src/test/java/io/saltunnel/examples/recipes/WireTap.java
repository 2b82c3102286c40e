package io.saltunnel.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes connections on to a server, and keeps what either side sends: a test looks whether anything is in the clear. */
final class WireTap implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final InetSocketAddress server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<ByteArrayOutputStream> recorded = new CopyOnWriteArrayList<>();

    private WireTap(InetSocketAddress server) throws IOException {
        this.server = server;
        start(() -> {
            while (true) {
                Socket incoming = listener.accept();
                Socket outgoing = new Socket(server.getAddress(), server.getPort());
                sockets.addAll(List.of(incoming, outgoing));
                pump(incoming, outgoing);
                pump(outgoing, incoming);
            }
        });
    }

    static WireTap before(InetSocketAddress server) throws IOException {
        return new WireTap(server);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** Each direction of each connection must have something in it, and none of the texts. */
    void assertShowsNothingOf(String... texts) {
        assertThat(recorded).isNotEmpty();
        for (ByteArrayOutputStream direction : recorded) {
            String sent = direction.toString(StandardCharsets.ISO_8859_1);
            assertThat(sent).as("to or from %s", server).isNotEmpty().doesNotContain(texts);
        }
    }

    private void pump(Socket from, Socket to) {
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        recorded.add(record);
        start(() -> {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[8192];
            for (int n = in.read(bytes); n > 0; n = in.read(bytes)) {
                record.write(bytes, 0, n);
                out.write(bytes, 0, n);
            }
            to.shutdownOutput();
        });
    }

    private interface Pump {
        void run() throws IOException;
    }

    private static void start(Pump pump) {
        Thread thread = new Thread(() -> {
            try {
                pump.run();
            } catch (IOException e) {
                // One of the sockets was closed.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
