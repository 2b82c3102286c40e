package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A tunnel that listens on all IPv4 addresses can't be reached by IPv6, for which a firewall may have no rule. */
class ListeningFamilyTest {

    @ParameterizedTest
    @CsvSource({
        "EPOLL, '', true", "EPOLL, ::, true", "EPOLL, 0.0.0.0, false",
        "NIO, '', true", "NIO, ::, true", "NIO, 0.0.0.0, false",
        // io_uring can't listen without IPv6; the tunnel warns of that.
        "IO_URING, '', true", "IO_URING, ::, true", "IO_URING, 0.0.0.0, true",
    })
    void isThatOfTheAddress(Transport transport, String host, boolean byIpv6) throws IOException {
        assumeTrue(hasIpv6());
        try (LongTermKey key = LongTermKey.random();
                Tunnel tunnel = Tunnel.server(key)
                        .transport(transport)
                        .listen(new HostAndPort(host, 0))
                        .target(new HostAndPort("127.0.0.1", 9))
                        .start()
                        .join()) {
            assertThat(accepts("127.0.0.1", tunnel.boundPort())).isTrue();
            assertThat(accepts("::1", tunnel.boundPort())).isEqualTo(byIpv6);
        }
    }

    private static boolean hasIpv6() {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new HostAndPort("::1", 0).toSocketAddress());
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean accepts(String host, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new HostAndPort(host, port).toSocketAddress());
            return socket.isConnected();
        } catch (ConnectException e) {
            return false;
        }
    }
}
