package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.handler.ipfilter.IpFilterRule;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.internal.stage.SourceNetworksStage;
import io.saltunnel.netty.stage.ConnectionSummary.Outcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The allow-list, on real sockets. */
@Timeout(60)
class SourceNetworksStageTest {
    @Test
    void aClientTurnsAwaySourcesOutsideItsNetworks() throws Exception {
        Endings endings = new Endings();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                client -> client.allowFrom("192.0.2.0/24", "::1").stage(endings), UnaryOperator.identity())) {
            assertThat(tunnel.turnsAway()).isTrue();
            assertThat(endings.next().outcome()).isEqualTo(Outcome.ABANDONED);
            assertThat(tunnel.server.stats().accepted()).isZero();
        }
    }

    @Test
    void aServerTurnsAwaySourcesOutsideItsNetworks() throws Exception {
        Endings endings = new Endings();
        try (LogLines lines = new LogLines("io.saltunnel.server.web");
                LoopbackTunnel tunnel = LoopbackTunnel.with(
                        UnaryOperator.identity(),
                        server -> server.label("web").allowFrom("192.0.2.1").stage(endings))) {
            assertThat(tunnel.turnsAway()).isTrue();
            assertThat(lines.next()).matches("127\\.0\\.0\\.1:\\d+: refused: not in an allowed network");
            assertThat(endings.next().outcome()).isEqualTo(Outcome.ABANDONED);
            assertThat(tunnel.server.stats().handshakesFailed()).isZero();
        }
    }

    @Test
    void admitsSourcesWithinTheNetworks() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                client -> client.listen(HostAndPort.parse(":0")).allowFrom("127.0.0.0/8", "::1/128"),
                server -> server.allowFrom("127.0.0.1"))) {
            for (InetAddress source : List.of(InetAddress.getLoopbackAddress(), LoopbackTunnel.loopback6())) {
                try (Socket application = tunnel.connect(source);
                        Socket target = tunnel.accept()) {
                    LoopbackTunnel.echo(application, target);
                }
            }
        }
    }

    @Test
    void aMappedNetworkStandsForItsIpv4Network() {
        IpFilterRule rule = SourceNetworksStage.network("::ffff:192.0.2.0/120");
        assertThat(rule.matches(new InetSocketAddress("192.0.2.77", 1))).isTrue();
        assertThat(rule.matches(new InetSocketAddress("192.0.3.77", 1))).isFalse();
        assertThat(SourceNetworksStage.network("::ffff:192.0.2.1").matches(new InetSocketAddress("192.0.2.1", 1)))
                .isTrue();
    }

    @Test
    void saysWhatANetworkIsNot() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceNetworksStage.network("fe80::1%eth0"))
                .withMessage("'fe80::1%eth0' has a zone: write the network without it, for all interfaces");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceNetworksStage.network("::ffff:0.0.0.0/90"))
                .withMessageContaining("write 0.0.0.0/0");
    }

    @Test
    void saysWhichNetworkItCantUnderstand() {
        for (String wrong : List.of(
                "", "10.0.0.0/33", "::/129", "10.0.0/8", "example.org", "10.0.0.0/-1", "10.0.0.0/", "1.2.3.4/8/8")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SourceNetworksStage.network(wrong))
                    .withMessageContaining("'" + wrong + "'");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.7/24, 192.0.2.0/24, 192.0.2.7",
        "192.0.2.128/24, 192.0.2.0/24, 192.0.2.128",
        "10.255.0.0/9, 10.128.0.0/9, 10.255.0.0",
        "0.0.0.1/0, 0.0.0.0/0, 0.0.0.1",
        "2001:db8::1/32, 2001:db8::/32, 2001:db8::1",
    })
    void saysWhatWouldBeRightForAnAddressWithinANetwork(String network, String right, String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceNetworksStage.network(network))
                .withMessage("'" + network + "' is an address within a network: write " + right
                        + " for the network, or " + address + " for the address alone");
    }
}
