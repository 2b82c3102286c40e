package io.saltunnel.netty;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;

/** Sends a forged FIN after a number of bytes from the server. */
final class CuttingProxy extends LoopbackProxy {
    private final int bytesToClient;

    CuttingProxy(SocketAddress server, int bytesToClient) throws IOException {
        super(server);
        this.bytesToClient = bytesToClient;
        start();
    }

    @Override
    void carry(Socket from, Socket to, Direction direction) {
        try {
            switch (direction) {
                case TO_SERVER -> from.getInputStream().transferTo(to.getOutputStream());
                case TO_CLIENT -> cut(from, to);
            }
        } catch (IOException e) {
            reset(to);
        }
    }

    private void cut(Socket server, Socket client) throws IOException {
        for (int i = 0; i < bytesToClient; i++) {
            int next = server.getInputStream().read();
            if (next < 0) {
                return;
            }
            client.getOutputStream().write(next);
        }
        client.shutdownOutput();
    }

    private static void reset(Socket socket) {
        try {
            LoopbackTunnel.reset(socket);
        } catch (IOException e) {
            // It has ended before.
        }
    }
}
