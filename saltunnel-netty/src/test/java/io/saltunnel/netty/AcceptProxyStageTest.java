package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.address.UnixPath;
import io.saltunnel.netty.metrics.TunnelEvents;
import io.saltunnel.netty.stage.ConnectionSummary;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections that come through a load balancer, on real sockets. */
@Timeout(60)
class AcceptProxyStageTest {
    private static final byte[] LINE =
            "PROXY TCP4 192.0.2.1 198.51.100.1 40000 443\r\n".getBytes(StandardCharsets.US_ASCII);

    /** What a target is told of a peer that came from there. */
    private static final byte[] TOLD =
            HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111000cc0000201c63364019c4001bb");

    private final BlockingQueue<ConnectionSummary> ends = new LinkedBlockingQueue<>();
    private final TunnelEvents listener = new TunnelEvents() {
        @Override
        public void ended(ConnectionSummary summary) {
            ends.add(summary);
        }
    };

    @TempDir
    Path directory;

    private <B extends TunnelBuilder<B>> B accepting(B builder) {
        return builder.acceptProxy(true).allowFrom("127.0.0.0/8").events(listener);
    }

    @ParameterizedTest
    @MethodSource("io.saltunnel.netty.BandwidthStageTest#transports")
    void theAddressOfTheProxysClientReachesTheTarget(Transport transport) throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                client -> accepting(client).proxyHeader(true).transport(transport), UnaryOperator.identity())) {
            try (Socket application = tunnel.connect()) {
                application.getOutputStream().write(LINE);
                application.getOutputStream().write(7);
                try (Socket target = tunnel.accept()) {
                    assertThat(target.getInputStream().readNBytes(TOLD.length)).isEqualTo(TOLD);
                    assertThat(target.getInputStream().read()).isEqualTo(7);
                    LoopbackTunnel.echo(application, target);
                }
            }
            ConnectionSummary end = ends.poll(10, TimeUnit.SECONDS);
            assertThat(end).isNotNull();
            assertThat(end.peer()).isEqualTo(new InetSocketAddress("192.0.2.1", 40_000));
            assertThat(end.bytesFromPeer()).isEqualTo(2);
        }
    }

    /** Header and data in one segment, cut at every byte, come as they were sent. */
    @Test
    void theHeaderMayComeInPieces() throws Exception {
        byte[] stream = HexFormat.of().parseHex(HexFormat.of().formatHex(LINE) + "01020304");
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(this::accepting, UnaryOperator.identity())) {
            for (int split = 1; split < stream.length; split++) {
                try (Socket application = tunnel.connect()) {
                    application.setTcpNoDelay(true);
                    application.getOutputStream().write(stream, 0, split);
                    application.getOutputStream().write(stream, split, stream.length - split);
                    application.shutdownOutput();
                    try (Socket target = tunnel.accept()) {
                        assertThat(target.getInputStream().readAllBytes()).containsExactly(1, 2, 3, 4);
                    }
                }
            }
        }
    }

    @Test
    void aTargetThatSpeaksFirstIsHeard() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(this::accepting, UnaryOperator.identity());
                Socket application = tunnel.connect()) {
            application.getOutputStream().write(LINE);
            try (Socket target = tunnel.accept()) {
                target.getOutputStream().write(8);
                assertThat(application.getInputStream().read()).isEqualTo(8);
                LoopbackTunnel.echo(application, target);
            }
        }
    }

    @Test
    void aConnectionWithAnotherBeginningIsResetAndReachesNobody() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(this::accepting, UnaryOperator.identity());
                Socket application = tunnel.connect()) {
            application.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            LoopbackTunnel.assertReset(application);
            ConnectionSummary end = ends.poll(10, TimeUnit.SECONDS);
            assertThat(end).isNotNull();
            assertThat(end.cause()).hasMessage("no valid PROXY protocol header");
            assertThat(tunnel.server.stats().accepted()).isZero();
        }
    }

    @Test
    void refusedConnectionsAreCountedAndToldAtTheEnd() throws Exception {
        try (LogLines lines = new LogLines("io.saltunnel.client")) {
            try (LoopbackTunnel tunnel = LoopbackTunnel.with(this::accepting, UnaryOperator.identity())) {
                for (int i = 0; i < 3; i++) {
                    try (Socket application = tunnel.connect()) {
                        application
                                .getOutputStream()
                                .write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                        LoopbackTunnel.assertReset(application);
                    }
                }
            }
            assertThat(lines.nextWith("refused"))
                    .matches("127\\.0\\.0\\.1:\\d+: refused: no valid PROXY protocol header");
            assertThat(lines.nextWith("refused"))
                    .matches("2 refused in the last minute: no valid PROXY protocol header, last from 127.*");
        }
    }

    @Test
    void aConnectionThatEndsWithoutAHeaderIsReset() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(this::accepting, UnaryOperator.identity());
                Socket application = tunnel.connect()) {
            application.getOutputStream().write(LINE, 0, 10);
            application.shutdownOutput();
            LoopbackTunnel.assertReset(application);
        }
    }

    /** A load balancer stands before the server; here, a client that sends the header in its place. */
    @Test
    void aServerBelievesTheLoadBalancerBeforeIt() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        UnaryOperator.identity(), server -> accepting(server).proxyHeader(true));
                LoadBalancer balancer = new LoadBalancer(tunnel.server.boundPort(), LINE);
                Tunnel client = Tunnel.client(tunnel.key)
                        .listen(HostAndPort.parse("127.0.0.1:0"))
                        .server(new HostAndPort("127.0.0.1", balancer.port()))
                        .start()
                        .join();
                Socket application = new Socket(InetAddress.getLoopbackAddress(), client.boundPort());
                Socket target = tunnel.accept()) {
            assertThat(target.getInputStream().readNBytes(TOLD.length)).isEqualTo(TOLD);
            LoopbackTunnel.echo(application, target);
        }
    }

    /** A stranger sees what every stranger sees: nothing, and FIN at the handshake's deadline. */
    @Test
    void aServerIsSilentAboutTheHeaderThatItMisses() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        UnaryOperator.identity(),
                        server -> accepting(server).handshakeTimeout(Duration.ofMillis(300)));
                Socket stranger = new Socket(InetAddress.getLoopbackAddress(), tunnel.server.boundPort())) {
            stranger.setSoTimeout(10_000);
            stranger.getOutputStream().write(new byte[1000]);
            assertThat(stranger.getInputStream().read()).isNegative();
            assertThat(tunnel.server.stats().handshakesFailed()).isOne();
        }
    }

    @Test
    void headersAreAcceptedFromKnownNetworksOnly() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(UnaryOperator.identity(), UnaryOperator.identity())) {
            ClientBuilder client = Tunnel.client(tunnel.key)
                    .listen(HostAndPort.parse("127.0.0.1:0"))
                    .server(HostAndPort.parse("127.0.0.1:9"))
                    .acceptProxy(true);
            assertThatIllegalArgumentException().isThrownBy(client::start).withMessageContaining("allowFrom");
            client.listen(new UnixPath(directory.resolve("client").toString()))
                    .transport(Transport.NIO)
                    .start()
                    .join()
                    .close();
        }
    }

    @Test
    void oneFromElsewhereIsTurnedAwayWhateverItsHeaderSays() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> client.acceptProxy(true).allowFrom("192.0.2.0/24"), UnaryOperator.identity());
                Socket application = tunnel.connect()) {
            try {
                application.getOutputStream().write(LINE);
                assertThat(application.getInputStream().read()).isNegative();
            } catch (IOException e) {
                assertThat(e).isNotNull(); // reset, since the header was not read
            }
            assertThat(tunnel.server.stats().accepted()).isZero();
        }
    }
}
