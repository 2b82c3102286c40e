package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.stage.ConnectionSummary;
import io.saltunnel.netty.stage.ConnectionSummary.Outcome;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The access log, and the reports of how connections end, from which it is made. */
@Timeout(60)
class AccessLogStageTest {
    @Test
    void logsOneLineForEachConnection() throws Exception {
        try (LogLines lines = new LogLines("io.saltunnel.access");
                LoopbackTunnel tunnel =
                        LoopbackTunnel.with(client -> client.accessLog(true), UnaryOperator.identity())) {
            int port;
            try (Socket application = tunnel.connect();
                    Socket target = tunnel.accept()) {
                port = application.getLocalPort();
                application.getOutputStream().write(new byte[3]);
                application.shutdownOutput();
                assertThat(target.getInputStream().readAllBytes()).hasSize(3);
                target.getOutputStream().write(new byte[2000]);
                target.shutdownOutput();
                assertThat(application.getInputStream().readAllBytes()).hasSize(2000);
            }
            assertThat(lines.next())
                    .matches("time=[0-9T:.-]+Z id=[0-9]+ peer=127\\.0\\.0\\.1:" + port + " target=127\\.0\\.0\\.1:"
                            + tunnel.server.boundPort()
                            + " seconds=[0-9]+\\.[0-9]+ from_peer=3 to_peer=2000 outcome=completed key=[0-9a-f]{8}");
        }
    }

    @Test
    void saysWhyAConnectionWasReset() throws Exception {
        try (LogLines lines = new LogLines("io.saltunnel.access");
                LoopbackTunnel tunnel = LoopbackTunnel.with(
                        UnaryOperator.identity(),
                        server -> server.accessLog(true).idleTimeout(Duration.ofMillis(200)));
                Socket application = tunnel.connect()) {
            assertThat(application.isConnected()).isTrue();
            assertThat(lines.next()).matches(".* outcome=reset key=[0-9a-f]{8} reason=\"idle for 0\\.2 s\"");
        }
    }

    @Test
    void logsWhatHasComeOfAConnection() throws Exception {
        Endings endings = new Endings();
        try (LoopbackTunnel tunnel =
                LoopbackTunnel.with(client -> client.stage(endings), server -> server.stage(endings))) {
            tunnel.target.close();
            assertThat(tunnel.turnsAway()).isTrue();
            assertThat(List.of(endings.next().outcome(), endings.next().outcome()))
                    .containsExactlyInAnyOrder(Outcome.CONNECT_FAILED, Outcome.RESET);
        }
    }

    @Test
    void aClientWithoutAServerHasNoHandshake() throws Exception {
        Endings endings = new Endings();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client.stage(endings), UnaryOperator.identity())) {
            tunnel.server.close();
            assertThat(tunnel.turnsAway()).isTrue();
            ConnectionSummary summary = endings.next();
            assertThat(summary.outcome()).isEqualTo(Outcome.CONNECT_FAILED);
            assertThat(summary.cause()).hasMessageContaining("connection refused");
        }
    }

    @Test
    void aServerKnowsWhyThereWasNoHandshake() throws Exception {
        Endings endings = new Endings();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        UnaryOperator.identity(),
                        server -> server.stage(endings).handshakeTimeout(Duration.ofMillis(50)));
                Socket stranger = new Socket()) {
            stranger.connect(tunnel.server.boundAddress().toSocketAddress());
            stranger.getOutputStream().write(new byte[512]);
            stranger.shutdownOutput();
            ConnectionSummary summary = endings.next();
            assertThat(summary.outcome()).isEqualTo(Outcome.HANDSHAKE_FAILED);
            assertThat(summary.cause()).isInstanceOf(HandshakeFailedException.class);
        }
    }
}
