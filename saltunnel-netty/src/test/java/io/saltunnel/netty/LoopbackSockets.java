package io.saltunnel.netty;

import io.saltunnel.core.wire.Frame;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Listening sockets that stand for a server or a target. Each wait has a limit. */
final class LoopbackSockets {
    private LoopbackSockets() {}

    static ServerSocket listen() throws IOException {
        ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(10_000);
        return socket;
    }

    static HostAndPort address(ServerSocket socket) {
        return new HostAndPort("127.0.0.1", socket.getLocalPort());
    }

    /** An address without a listener. */
    static HostAndPort refusing() throws IOException {
        try (ServerSocket gone = listen()) {
            return address(gone);
        }
    }

    /** Takes a connection's hello and resets it, as the system does for a process that is killed. */
    static byte[] dieAfterHello(ServerSocket server) throws IOException {
        try (Socket connection = server.accept()) {
            connection.setSoTimeout(10_000);
            byte[] hello = connection.getInputStream().readNBytes(Frame.SIZE);
            connection.setSoLinger(true, 0);
            return hello;
        }
    }
}
