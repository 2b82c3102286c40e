package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.saltunnel.netty.stage.ConnectionSummary;
import io.saltunnel.netty.stage.ConnectionSummary.Outcome;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The idle time-out, on real sockets. */
@Timeout(60)
class IdleTimeoutStageTest {
    @Test
    void resetsAConnectionThatIsIdle() throws Exception {
        Endings endings = new Endings();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> client.idleTimeout(Duration.ofSeconds(2)).stage(endings), UnaryOperator.identity());
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            for (Socket socket : List.of(application, target)) {
                assertThatThrownBy(() -> socket.getInputStream().read())
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("reset");
            }
            ConnectionSummary summary = endings.next();
            assertThat(summary.outcome()).isEqualTo(Outcome.RESET);
            assertThat(summary.cause()).hasMessage("idle for 2.0 s");
        }
    }
}
