package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.SaltunnelSettings;
import io.saltunnel.netty.address.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PingTest {

    /** The end may come before the attempt looks at its connection. */
    @Test
    void aServerThatClosesAtOnceIsAFailedAttempt() throws Exception {
        try (LongTermKey key = LongTermKey.random();
                ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Ping ping = new Ping(key, SaltunnelSettings.defaults(), Optional.empty(), Ping.Reach.SERVER)) {
            Thread closing = new Thread(() -> closeEachConnection(server));
            closing.start();
            for (int i = 0; i < 300; i++) {
                Ping.Answer answer = ping.once(Endpoint.parse("127.0.0.1:" + server.getLocalPort()));
                assertThat(answer.good()).as(answer.line()).isFalse();
            }
        }
    }

    private static void closeEachConnection(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket accepted = server.accept()) {
                accepted.setSoLinger(true, 0);
            } catch (IOException e) {
                // The server is closed, or the client was gone before.
            }
        }
    }
}
