package io.saltunnel.netty;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/** Sends the server a header before each connection. */
final class LoadBalancer extends LoopbackProxy {
    private final byte[] header;

    LoadBalancer(int serverPort, byte[] header) throws IOException {
        super(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
        this.header = header.clone();
        start();
    }

    @Override
    void carry(Socket from, Socket to, Direction direction) {
        try {
            if (direction == Direction.TO_SERVER) {
                to.getOutputStream().write(header);
            }
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // The connection has ended.
        }
    }
}
