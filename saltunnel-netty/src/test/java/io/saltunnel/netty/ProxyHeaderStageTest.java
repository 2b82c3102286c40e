package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.stage.PipelineStage;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The PROXY protocol header, on real sockets. */
@Timeout(60)
class ProxyHeaderStageTest {
    private static final int PROXY_V2_IPV4_BYTES = 28;
    private static final int PROXY_V2_IPV6_BYTES = 52;

    @Test
    void aClientTellsTheTargetTheApplicationsAddress() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client.proxyHeader(true), UnaryOperator.identity());
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            byte[] expected = header((InetSocketAddress) application.getLocalSocketAddress(), (InetSocketAddress)
                    application.getRemoteSocketAddress());
            assertThat(target.getInputStream().readNBytes(PROXY_V2_IPV4_BYTES)).isEqualTo(expected);
            LoopbackTunnel.echo(application, target);
            assertThat(tunnel.client.stats().plainBytes()).isEqualTo(1);
        }
    }

    @Test
    void aClientTellsTheTargetAnIpv6Address() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> client.listen(HostAndPort.parse("[::1]:0")).proxyHeader(true),
                        UnaryOperator.identity());
                Socket application = tunnel.connect(LoopbackTunnel.loopback6());
                Socket target = tunnel.accept()) {
            byte[] expected = header((InetSocketAddress) application.getLocalSocketAddress(), (InetSocketAddress)
                    application.getRemoteSocketAddress());
            assertThat(target.getInputStream().readNBytes(PROXY_V2_IPV6_BYTES)).isEqualTo(expected);
            LoopbackTunnel.echo(application, target);
        }
    }

    @Test
    void aServerTellsTheTargetTheTunnelsAddress() throws Exception {
        CompletableFuture<InetSocketAddress> peer = new CompletableFuture<>();
        PipelineStage spy = (place, connection) -> {
            peer.complete((InetSocketAddress) connection.peer());
            return List.of();
        };
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        UnaryOperator.identity(),
                        server -> server.proxyHeader(true).stage(spy));
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            byte[] expected = header(
                    peer.get(), (InetSocketAddress) tunnel.server.boundAddress().toSocketAddress());
            assertThat(target.getInputStream().readNBytes(PROXY_V2_IPV4_BYTES)).isEqualTo(expected);
            LoopbackTunnel.echo(application, target);
        }
    }

    /** As the PROXY protocol's document has it, section 2.2. */
    private static byte[] header(InetSocketAddress from, InetSocketAddress to) {
        boolean ipv4 = from.getAddress() instanceof Inet4Address;
        int addressBytes = from.getAddress().getAddress().length;
        ByteBuffer header = ByteBuffer.allocate(ipv4 ? PROXY_V2_IPV4_BYTES : PROXY_V2_IPV6_BYTES);
        header.put("\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII));
        header.put((byte) 0x21).put((byte) (ipv4 ? 0x11 : 0x21)).putShort((short) (2 * addressBytes + 4));
        header.put(from.getAddress().getAddress()).put(to.getAddress().getAddress());
        header.putShort((short) from.getPort()).putShort((short) to.getPort());
        return header.array();
    }
}
