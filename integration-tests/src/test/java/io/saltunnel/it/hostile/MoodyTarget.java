package io.saltunnel.it.hostile;

import io.saltunnel.it.process.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** A target whose behaviour on a connection depends on the connection's first byte. */
final class MoodyTarget implements AutoCloseable {
    /** Echoes. */
    static final int ECHOES = 'E';

    /** Reads nothing more. */
    static final int NEVER_READS = 'N';

    /** Sends without end. */
    static final int SENDS_WITHOUT_END = 'S';

    /** Sends a payload and its end, and reads nothing until it is told to. */
    static final int READS_LATE = 'L';

    final CountDownLatch readNow = new CountDownLatch(1);
    final Queue<Payload.Checksum> received = new ConcurrentLinkedQueue<>();
    private final Payload payload;
    private final ServerSocket listener = new ServerSocket();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

    MoodyTarget(Payload payload) throws IOException {
        this.payload = payload;
        listener.setReceiveBufferSize(8192); // so that the system buffers little for a peer that doesn't read
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
        daemon(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    private void accept() throws IOException {
        while (true) {
            Socket socket = listener.accept();
            sockets.add(socket);
            daemon(() -> serve(socket));
        }
    }

    private void serve(Socket socket) throws IOException, InterruptedException {
        InputStream in = socket.getInputStream();
        switch (in.read()) {
            case ECHOES -> {
                in.transferTo(socket.getOutputStream());
                socket.close();
            }
            case SENDS_WITHOUT_END -> {
                byte[] zeros = new byte[65_536];
                while (true) {
                    socket.getOutputStream().write(zeros);
                }
            }
            case READS_LATE -> {
                daemon(() -> {
                    readNow.await();
                    received.add(Payload.readFrom(in));
                });
                payload.writeTo(socket.getOutputStream());
                socket.shutdownOutput();
            }
            default -> {
                // Stays as it is.
            }
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException | InterruptedException e) {
                // The connection or the test has ended; the data that it should have received is missing then.
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
