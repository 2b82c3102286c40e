package io.saltunnel.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** The target of the training: an echo, a sink or a source, as the first byte of a connection says. */
final class TrainingTarget {

    static final int ECHO = 'E';
    static final int SINK = 'S';

    /** Followed by the number of MiB: two bytes, the low one first. */
    static final int SOURCE = 'D';

    /** What a sink answers at the end of the stream. */
    static final int DONE = '.';

    private static final int BUFFER_BYTES = 1 << 16;

    private final ServerSocket socket;

    TrainingTarget() throws IOException {
        socket = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("target").start(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = socket.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void serve(Socket connection) {
        try (connection) {
            connection.setTcpNoDelay(true);
            InputStream in = connection.getInputStream();
            OutputStream out = connection.getOutputStream();
            switch (in.read()) {
                case ECHO -> in.transferTo(out);
                case SINK -> {
                    drain(in);
                    out.write(DONE);
                }
                case SOURCE -> pour(out, (in.read() | in.read() << 8) << 20);
                default -> {}
            }
        } catch (IOException e) {
            // The connection was reset: a part of the training.
        }
    }

    static void pour(OutputStream out, int bytes) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int left = bytes; left > 0; left -= buffer.length) {
            out.write(buffer, 0, Math.min(left, buffer.length));
        }
    }

    /** Reads to the end; returns the number of bytes. */
    static long drain(InputStream in) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long bytes = 0;
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            bytes += length;
        }
        return bytes;
    }
}
