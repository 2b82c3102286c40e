package io.saltunnel.netty;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The network between a client and a server, which does something of its own when one direction has ended. */
final class LateFaultProxy implements AutoCloseable {
    /** The direction whose end is followed by the fault. */
    enum Direction {
        TO_CLIENT,
        TO_SERVER
    }

    /** What follows the last byte of a direction. */
    @FunctionalInterface
    interface Fault {
        void strike(Socket receiver) throws IOException;
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final SocketAddress server;
    private final Direction struck;
    private final Fault fault;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final CountDownLatch done = new CountDownLatch(1);

    LateFaultProxy(SocketAddress server, Direction struck, Fault fault) throws IOException {
        this.server = server;
        this.struck = struck;
        this.fault = fault;
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Whether the fault has happened. */
    boolean awaitFault() throws InterruptedException {
        return done.await(10, TimeUnit.SECONDS);
    }

    private void accept() {
        try {
            Socket client = listener.accept();
            sockets.add(client);
            Socket onward = new Socket();
            sockets.add(onward);
            onward.connect(server);
            client.setTcpNoDelay(true); // a reset drops what waits for an acknowledgement
            onward.setTcpNoDelay(true);
            start(() -> carry(client, onward, Direction.TO_SERVER));
            start(() -> carry(onward, client, Direction.TO_CLIENT));
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    private void carry(Socket from, Socket to, Direction direction) {
        try {
            copy(from, to);
            if (direction == struck) {
                fault.strike(to);
                done.countDown();
            } else {
                to.shutdownOutput();
            }
        } catch (IOException e) {
            // The receiver has gone; the test sees what came of it.
            done.countDown();
        }
    }

    /** Until the end of the stream, or a reset, which may follow the sender's last byte. */
    private static void copy(Socket from, Socket to) throws IOException {
        byte[] buffer = new byte[65_536];
        for (int n = read(from, buffer); n >= 0; n = read(from, buffer)) {
            to.getOutputStream().write(buffer, 0, n);
        }
    }

    private static int read(Socket from, byte[] buffer) {
        try {
            InputStream in = from.getInputStream();
            return in.read(buffer);
        } catch (IOException e) {
            return -1;
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "late-fault-proxy");
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
