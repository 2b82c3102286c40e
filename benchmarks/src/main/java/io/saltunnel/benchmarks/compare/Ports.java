package io.saltunnel.benchmarks.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * Two free ports of loopback.
 *
 * @param entry the port that the load connects to
 * @param middle the port between the two programs of a pair
 */
record Ports(int entry, int middle) {
    static Ports free() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket one = new ServerSocket(0, 1, loopback);
                ServerSocket other = new ServerSocket(0, 1, loopback)) {
            return new Ports(one.getLocalPort(), other.getLocalPort());
        }
    }
}
