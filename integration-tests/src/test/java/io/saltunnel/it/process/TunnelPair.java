package io.saltunnel.it.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A client, and the server that it forwards to. */
record TunnelPair(SaltunnelProcess client, SaltunnelProcess server) {

    /** The address for applications. */
    InetSocketAddress address() {
        return client.address();
    }

    /** Connects as an application. */
    Socket connect() throws IOException {
        return Sockets.connect(address());
    }

    /** Waits until neither process has a connection open. */
    void awaitNoConnections() {
        Patience.await("no connection is left")
                .until(() -> client.status().connections() + server.status().connections() == 0);
    }
}
