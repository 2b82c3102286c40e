package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.saltunnel.netty.internal.stage.SourceNetworksStage;
import io.saltunnel.netty.stage.ConnectionSummary;
import io.saltunnel.netty.stage.ConnectionSummary.Outcome;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.PipelineStage.Place;
import io.saltunnel.netty.stage.TunnelConnection;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Every stage, on real sockets. */
@Timeout(60)
class PipelineStageTest {
    private static final int PROXY_V2_IPV4_BYTES = 28;
    private static final int PROXY_V2_IPV6_BYTES = 52;

    // ---- source networks

    @Test
    void aClientTurnsAwaySourcesOutsideItsNetworks() throws Exception {
        Endings endings = new Endings();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> client.allowFrom("192.0.2.0/24", "::1").stage(endings), UnaryOperator.identity());
                Socket application = tunnel.connect()) {
            assertThat(ended(application)).isTrue();
            assertThat(endings.next().outcome()).isEqualTo(Outcome.ABANDONED);
            assertThat(tunnel.server.stats().accepted()).isZero();
        }
    }

    @Test
    void aServerTurnsAwaySourcesOutsideItsNetworks() throws Exception {
        Endings endings = new Endings();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        UnaryOperator.identity(),
                        server -> server.allowFrom("192.0.2.1").stage(endings));
                Socket application = tunnel.connect()) {
            assertThat(ended(application)).isTrue();
            assertThat(endings.next().outcome()).isEqualTo(Outcome.ABANDONED);
            assertThat(tunnel.server.stats().handshakesFailed()).isZero();
        }
    }

    @Test
    void admitsSourcesWithinTheNetworks() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                client -> client.listen(HostAndPort.parse(":0")).allowFrom("127.0.0.0/8", "::1/128"),
                server -> server.allowFrom("127.0.0.1"))) {
            for (InetAddress source : List.of(InetAddress.getLoopbackAddress(), loopback6())) {
                try (Socket application = tunnel.connect(source);
                        Socket target = tunnel.accept()) {
                    echo(application, target);
                }
            }
        }
    }

    @Test
    void saysWhichNetworkItCantUnderstand() {
        for (String wrong : List.of(
                "", "10.0.0.0/33", "::/129", "10.0.0/8", "example.org", "10.0.0.0/-1", "10.0.0.0/", "1.2.3.4/8/8")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SourceNetworksStage.check(wrong))
                    .withMessageContaining("'" + wrong + "'");
        }
    }

    // ---- PROXY protocol

    @Test
    void aClientTellsTheTargetTheApplicationsAddress() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client.proxyHeader(true), UnaryOperator.identity());
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            byte[] expected = header((InetSocketAddress) application.getLocalSocketAddress(), (InetSocketAddress)
                    application.getRemoteSocketAddress());
            assertThat(target.getInputStream().readNBytes(PROXY_V2_IPV4_BYTES)).isEqualTo(expected);
            echo(application, target);
            assertThat(tunnel.client.stats().plainBytes()).isEqualTo(1);
        }
    }

    @Test
    void aClientTellsTheTargetAnIpv6Address() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> client.listen(HostAndPort.parse("[::1]:0")).proxyHeader(true),
                        UnaryOperator.identity());
                Socket application = tunnel.connect(loopback6());
                Socket target = tunnel.accept()) {
            byte[] expected = header((InetSocketAddress) application.getLocalSocketAddress(), (InetSocketAddress)
                    application.getRemoteSocketAddress());
            assertThat(target.getInputStream().readNBytes(PROXY_V2_IPV6_BYTES)).isEqualTo(expected);
            echo(application, target);
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
            byte[] expected = header(peer.get(), tunnel.server.boundAddress());
            assertThat(target.getInputStream().readNBytes(PROXY_V2_IPV4_BYTES)).isEqualTo(expected);
            echo(application, target);
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

    // ---- access log

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
                    .matches("time=[0-9T:.-]+Z peer=127\\.0\\.0\\.1:" + port + " target=127\\.0\\.0\\.1:"
                            + tunnel.server.boundAddress().getPort()
                            + " seconds=[0-9]+\\.[0-9]+ from_peer=3 to_peer=2000 outcome=completed");
        }
    }

    @Test
    void logsWhatHasComeOfAConnection() throws Exception {
        Endings endings = new Endings();
        try (LoopbackTunnel tunnel =
                LoopbackTunnel.with(client -> client.stage(endings), server -> server.stage(endings))) {
            tunnel.target.close();
            try (Socket application = tunnel.connect()) {
                assertThat(ended(application)).isTrue();
            }
            assertThat(List.of(endings.next().outcome(), endings.next().outcome()))
                    .containsExactlyInAnyOrder(Outcome.CONNECT_FAILED, Outcome.RESET);
        }
    }

    @Test
    void aClientWithoutAServerHasNoHandshake() throws Exception {
        Endings endings = new Endings();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client.stage(endings), UnaryOperator.identity())) {
            tunnel.server.close();
            try (Socket application = tunnel.connect()) {
                assertThat(ended(application)).isTrue();
            }
            ConnectionSummary summary = endings.next();
            assertThat(summary.outcome()).isEqualTo(Outcome.CONNECT_FAILED);
            assertThat(summary.cause()).hasMessageContaining("connection refused");
        }
    }

    // ---- idle time-out

    @Test
    void resetsAConnectionThatIsIdle() throws Exception {
        Endings endings = new Endings();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> client.idleTimeout(Duration.ofMillis(300)).stage(endings), UnaryOperator.identity());
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            echo(application, target);
            assertThatThrownBy(() -> application.getInputStream().read()).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> target.getInputStream().read()).isInstanceOf(IOException.class);
            ConnectionSummary summary = endings.next();
            assertThat(summary.outcome()).isEqualTo(Outcome.RESET);
            assertThat(summary.cause()).hasMessage("idle for 0.3 s");
        }
    }

    // ---- bandwidth

    /** Only a lower bound of the time is asserted: a slow machine can't break it. */
    @Test
    void holdsBackEachConnection() throws Exception {
        assertThat(secondsFor(client -> client.bandwidthPerConnection(256 * 1024), 1024 * 1024, 1))
                .isGreaterThan(1.5);
    }

    @Test
    void holdsBackAllConnectionsTogether() throws Exception {
        assertThat(secondsFor(client -> client.bandwidthPerTunnel(512 * 1024), 512 * 1024, 4))
                .isGreaterThan(1.5);
    }

    private static double secondsFor(UnaryOperator<TunnelClient> limit, int bytes, int connections) throws Exception {
        byte[] data = new byte[bytes];
        new Random(3).nextBytes(data);
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(limit, UnaryOperator.identity())) {
            long start = System.nanoTime();
            List<CompletableFuture<Void>> transfers = new CopyOnWriteArrayList<>();
            for (int i = 0; i < connections; i++) {
                Socket application = tunnel.connect();
                Socket target = tunnel.accept();
                transfers.add(transfer(application, target, data));
                transfers.add(transfer(target, application, data));
            }
            transfers.forEach(CompletableFuture::join);
            return (System.nanoTime() - start) / 1e9;
        }
    }

    private static CompletableFuture<Void> transfer(Socket from, Socket to, byte[] data) {
        CompletableFuture<Void> sent = running(() -> {
            from.getOutputStream().write(data);
            from.shutdownOutput();
        });
        return sent.runAfterBoth(
                running(() -> {
                    byte[] received = to.getInputStream().readAllBytes();
                    assertThat(Arrays.equals(received, data)).isTrue();
                }),
                () -> {});
    }

    private interface Action {
        void run() throws IOException;
    }

    private static CompletableFuture<Void> running(Action action) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        action.run();
                        done.complete(null);
                    } catch (IOException | RuntimeException | AssertionError e) {
                        done.completeExceptionally(e);
                    }
                })
                .start();
        return done;
    }

    // ---- one's own

    @Test
    void asksAStageForEachPlaceOnce() throws Exception {
        List<Place> asked = new CopyOnWriteArrayList<>();
        PipelineStage spy = (place, connection) -> {
            asked.add(place);
            return List.of();
        };
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client.stage(spy), UnaryOperator.identity());
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            echo(application, target);
            assertThat(asked).containsExactly(Place.PLAIN_SOCKET, Place.WIRE_SOCKET, Place.TUNNEL);
            assertThat(Set.copyOf(asked)).isEqualTo(EnumSet.allOf(Place.class));
        }
    }

    @Test
    void loadsAStageByItsName() throws Exception {
        PipelineStage banner = PipelineStage.load("banner", "hello");
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client.stage(banner), UnaryOperator.identity());
                Socket application = tunnel.connect()) {
            assertThat(application.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
        }
    }

    @Test
    void saysWhichStagesThereAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PipelineStage.load("bannner", ""))
                .withMessage("there is no stage 'bannner'; there are: banner");
    }

    @Test
    void aStageThatFailsCostsItsConnectionOnly() throws Exception {
        for (Place failing : Place.values()) {
            PipelineStage faulty = (place, connection) -> {
                if (place == failing) {
                    throw new IllegalStateException("a stage that fails, to see what becomes of it");
                }
                return List.of();
            };
            try (LoopbackTunnel tunnel =
                    LoopbackTunnel.with(client -> client.stage(faulty), server -> server.stage(faulty))) {
                try (Socket application = tunnel.connect()) {
                    assertThat(ended(application)).isTrue();
                }
                tunnel.client.stop(Duration.ofSeconds(50)).get(30, TimeUnit.SECONDS);
                assertThat(tunnel.client.stats().open()).isZero();
            }
        }
    }

    @Test
    void tellsAStageThatItsTunnelHasStopped() throws Exception {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        PipelineStage stage = new PipelineStage() {
            @Override
            public List<io.netty.channel.ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
                return List.of();
            }

            @Override
            public void tunnelStopped() {
                stopped.complete(null);
            }
        };
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client.stage(stage), UnaryOperator.identity())) {
            assertThat(stopped).isNotDone();
            tunnel.client.close();
            assertThat(stopped).isDone();
        }
    }

    // ---- parts

    private static void echo(Socket application, Socket target) throws IOException {
        application.getOutputStream().write(7);
        assertThat(target.getInputStream().read()).isEqualTo(7);
        target.getOutputStream().write(8);
        assertThat(application.getInputStream().read()).isEqualTo(8);
    }

    private static InetAddress loopback6() {
        return HostAndPort.parse("[::1]:0").numericAddress().orElseThrow();
    }

    /** Whether the connection has ended, in order or not. */
    private static boolean ended(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Hears how connections ended. */
    private static final class Endings implements PipelineStage {
        private final BlockingQueue<ConnectionSummary> summaries = new LinkedBlockingQueue<>();

        @Override
        public List<io.netty.channel.ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
            if (place == connection.role().acceptedPlace()) {
                connection.whenEnded(summaries::add);
            }
            return List.of();
        }

        ConnectionSummary next() throws InterruptedException {
            ConnectionSummary summary = summaries.poll(10, TimeUnit.SECONDS);
            assertThat(summary).isNotNull();
            return summary;
        }
    }

    /** Hears what a logger is told. */
    private static final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final Logger logger;

        LogLines(String name) {
            logger = (Logger) LoggerFactory.getLogger(name);
            logger.setLevel(ch.qos.logback.classic.Level.INFO);
            logger.addAppender(this);
            start();
        }

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
        }

        String next() throws InterruptedException {
            String line = lines.poll(10, TimeUnit.SECONDS);
            assertThat(line).isNotNull();
            return line;
        }

        @Override
        public void close() {
            logger.detachAppender(this);
        }
    }
}
