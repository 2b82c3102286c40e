package io.saltunnel.netty;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The network between a client and a server, which sends a forged FIN after a number of bytes from the server.
 */
final class CuttingProxy implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final SocketAddress server;
    private final int bytesToClient;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    CuttingProxy(SocketAddress server, int bytesToClient) throws IOException {
        this.server = server;
        this.bytesToClient = bytesToClient;
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                sockets.add(client);
                Socket onward = new Socket();
                onward.connect(server);
                sockets.add(onward);
                start(() -> carryToServer(client, onward));
                start(() -> carryToClient(onward, client));
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    private void carryToServer(Socket client, Socket onward) {
        try {
            client.getInputStream().transferTo(onward.getOutputStream());
        } catch (IOException e) {
            reset(onward);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It has ended before.
        }
    }

    private void carryToClient(Socket onward, Socket client) {
        try {
            for (int i = 0; i < bytesToClient; i++) {
                int next = onward.getInputStream().read();
                if (next < 0) {
                    return;
                }
                client.getOutputStream().write(next);
            }
            client.shutdownOutput();
        } catch (IOException e) {
            reset(client);
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "cutting-proxy");
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
