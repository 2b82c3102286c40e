package io.saltunnel.netty;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The network between a client and a server. Each direction of a connection has its own thread, whose work a test
 * defines.
 */
abstract class LoopbackProxy implements AutoCloseable {
    enum Direction {
        TO_CLIENT,
        TO_SERVER
    }

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final SocketAddress server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    LoopbackProxy(SocketAddress server) throws IOException {
        this.server = server;
    }

    /** Carries one direction of a connection. */
    abstract void carry(Socket from, Socket to, Direction direction);

    /** To be called once the subclass is complete. */
    final void start() {
        start(this::accept);
    }

    final int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                sockets.add(client);
                Socket onward = new Socket();
                sockets.add(onward);
                onward.connect(server);
                client.setTcpNoDelay(true); // a reset drops what waits for an acknowledgement
                onward.setTcpNoDelay(true);
                start(() -> carry(client, onward, Direction.TO_SERVER));
                start(() -> carry(onward, client, Direction.TO_CLIENT));
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "loopback-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public final void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
