package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.saltunnel.core.handshake.AcceptedVersions;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.stage.TrafficShape;
import java.net.Socket;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Goal: a tunnel with a shape carries data, both directions and both ends, over real sockets. */
class ShapedTunnelTest {

    static Stream<TrafficShape> shapes() {
        return Stream.of(TrafficShape.asWritten(), TrafficShape.paced(3_000_000), TrafficShape.bursts());
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void carriesDataAndEndsBothWays(TrafficShape shape) throws Exception {
        byte[] request = new byte[300_000];
        byte[] answer = new byte[200_000];
        new Random(1).nextBytes(request);
        new Random(2).nextBytes(answer);
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client.shape(shape), server -> server.shape(shape));
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            application.getOutputStream().write(request);
            application.shutdownOutput();
            assertThat(target.getInputStream().readAllBytes()).isEqualTo(request);
            target.getOutputStream().write(answer);
            target.shutdownOutput();
            assertThat(application.getInputStream().readAllBytes()).isEqualTo(answer);
        }
    }

    @Test
    void onlyOneEndNeedsAPace() throws Exception {
        try (LoopbackTunnel tunnel =
                        LoopbackTunnel.with(client -> client.shape(TrafficShape.paced(100_000)), server -> server);
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            application.getOutputStream().write(1);
            assertThat(target.getInputStream().read()).isEqualTo(1);
            target.getOutputStream().write(2);
            assertThat(application.getInputStream().read()).isEqualTo(2);
        }
    }

    @Test
    void version1GoesWithNoPadding() {
        try (LongTermKey key = LongTermKey.random()) {
            ClientBuilder client = Tunnel.client(key)
                    .listen(HostAndPort.parse("127.0.0.1:0"))
                    .server(HostAndPort.parse("127.0.0.1:9"))
                    .shape(TrafficShape.bursts())
                    .protocol(ProtocolVersion.V1);
            assertThatIllegalArgumentException().isThrownBy(client::start).withMessageContaining("no padding");
            ServerBuilder server = Tunnel.server(key)
                    .listen(HostAndPort.parse("127.0.0.1:0"))
                    .target(HostAndPort.parse("127.0.0.1:9"))
                    .shape(TrafficShape.paced(64_000))
                    .protocol(AcceptedVersions.ANY);
            assertThatIllegalArgumentException().isThrownBy(server::start).withMessageContaining("no padding");
        }
    }
}
