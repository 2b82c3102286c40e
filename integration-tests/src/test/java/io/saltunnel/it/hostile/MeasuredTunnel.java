package io.saltunnel.it.hostile;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.LongAdder;

/**
 * A client and a server in processes of their own, with a target here that echoes one byte or takes a stream, as the
 * first byte of a connection says.
 */
final class MeasuredTunnel implements AutoCloseable {
    private static final InetAddress LOOPBACK = MeasuredServer.LOOPBACK;
    private static final int SINK = 'S';
    private static final int ECHO = 'E';

    private final LongAdder received = new LongAdder();
    private final ServerSocket target = new ServerSocket(0, 100, LOOPBACK);
    private final MeasuredServer server;
    private final Process client;
    private final int clientPort = MeasuredServer.freePort();

    private volatile boolean over;

    /** Starts both, the server with these options, and returns once the tunnel carries data. */
    MeasuredTunnel(String... serverOptions) throws IOException, InterruptedException {
        server = new MeasuredServer((InetSocketAddress) target.getLocalSocketAddress(), serverOptions);
        client = new ProcessBuilder(MeasuredServer.saltunnel(
                        "client",
                        "-k",
                        server.keyFile().toString(),
                        "127.0.0.1:" + clientPort,
                        MeasuredServer.text(server.address())))
                .inheritIO()
                .start();
        daemon(this::serveTarget);
        awaitTunnel();
    }

    MeasuredServer server() {
        return server;
    }

    /** Begins a stream that doesn't end. */
    void stream() {
        daemon(this::pump);
    }

    /** The bytes of streams that have arrived so far. */
    long streamed() {
        return received.sum();
    }

    /** Opens a connection and sends a byte there and back. */
    void echo() throws IOException {
        try (Socket socket = new Socket(LOOPBACK, clientPort)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(ECHO);
            if (socket.getInputStream().read() != ECHO) {
                throw new IOException("no echo");
            }
        }
    }

    private void pump() {
        byte[] data = new byte[65_536];
        try (Socket socket = new Socket(LOOPBACK, clientPort)) {
            socket.getOutputStream().write(SINK);
            while (true) {
                socket.getOutputStream().write(data);
            }
        } catch (IOException e) {
            if (!over) {
                throw new UncheckedIOException("the established stream broke", e);
            }
        }
    }

    private void serveTarget() {
        try {
            while (true) {
                Socket socket = target.accept();
                daemon(() -> serve(socket));
            }
        } catch (IOException e) {
            if (!over) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void serve(Socket accepted) {
        byte[] buffer = new byte[65_536];
        try (Socket socket = accepted) {
            InputStream in = socket.getInputStream();
            if (in.read() == ECHO) {
                socket.getOutputStream().write(ECHO);
            }
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                received.add(n);
            }
        } catch (IOException e) {
            // The tunnel has been stopped.
        }
    }

    private void awaitTunnel() throws InterruptedException {
        for (int i = 0; i < 200; i++) {
            try {
                echo();
                return;
            } catch (IOException e) {
                Thread.sleep(100);
            }
        }
        throw new IllegalStateException("no tunnel");
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        over = true;
        client.destroy();
        server.close();
        target.close();
    }
}
