package io.saltunnel.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: a byte sent as urgent, such as telnet's synch, stays at its place in the stream. By default the system takes it
 * out of the stream, where no program reads it.
 */
@Timeout(60)
class UrgentDataTest {
    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO", "IO_URING"})
    void staysInTheStream(Transport transport) throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> client.transport(transport), server -> server.transport(transport));
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            assertWhole(application, target);
            assertWhole(target, application);
        }
    }

    private static void assertWhole(Socket from, Socket to) throws IOException {
        from.getOutputStream().write("before".getBytes(US_ASCII));
        from.sendUrgentData('!');
        from.getOutputStream().write("behind".getBytes(US_ASCII));
        from.shutdownOutput();
        assertThat(new String(to.getInputStream().readAllBytes(), US_ASCII)).isEqualTo("before!behind");
    }
}
