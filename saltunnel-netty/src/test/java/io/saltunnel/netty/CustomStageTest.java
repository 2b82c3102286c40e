package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.PipelineStage.Place;
import io.saltunnel.netty.stage.PipelineStageProvider;
import io.saltunnel.netty.stage.TunnelConnection;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Custom stages: where they are called, how they are found, and what happens to their faults. */
@Timeout(60)
class CustomStageTest {
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
            LoopbackTunnel.echo(application, target);
            assertThat(asked).containsExactly(Place.PLAIN_SOCKET, Place.WIRE_SOCKET, Place.TUNNEL);
            assertThat(Set.copyOf(asked)).isEqualTo(EnumSet.allOf(Place.class));
        }
    }

    @Test
    void loadsAStageByItsName() throws Exception {
        PipelineStage banner = PipelineStageProvider.load("banner", "hello");
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client.stage(banner), UnaryOperator.identity());
                Socket application = tunnel.connect()) {
            assertThat(application.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
        }
    }

    @Test
    void saysWhichStagesThereAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PipelineStageProvider.load("bannner", ""))
                .withMessage("there is no stage 'bannner'; there are: banner");
    }

    /** The ways in which a stage fails instead of giving handlers. */
    static Stream<Supplier<List<ChannelHandler>>> faults() {
        return Stream.of(
                () -> {
                    throw new IllegalStateException("a stage that fails, to see what becomes of it");
                },
                () -> {
                    throw new AssertionError("a stage that fails worse");
                },
                () -> List.of(new ChannelHandlerAdapter() {
                    @Override
                    public void handlerAdded(ChannelHandlerContext ctx) {
                        throw new IllegalStateException("a handler that fails as it is added");
                    }
                }));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aStageThatFailsCostsItsConnectionOnly(Supplier<List<ChannelHandler>> fault) throws Exception {
        for (Place failing : Place.values()) {
            PipelineStage faulty = (place, connection) -> place == failing ? fault.get() : List.of();
            try (LoopbackTunnel tunnel =
                    LoopbackTunnel.with(client -> client.stage(faulty), UnaryOperator.identity())) {
                failsAndStops(tunnel, tunnel.client);
            }
            try (LoopbackTunnel tunnel =
                    LoopbackTunnel.with(UnaryOperator.identity(), server -> server.stage(faulty))) {
                failsAndStops(tunnel, tunnel.server);
            }
        }
    }

    /** With a reset: an end in order would look as if there was no data. */
    private static void failsAndStops(LoopbackTunnel tunnel, Tunnel faulty) throws Exception {
        assertThatThrownBy(() -> {
                    try (Socket application = tunnel.connect()) { // sometimes connecting itself fails
                        application.getInputStream().read();
                    }
                })
                .isInstanceOf(SocketException.class)
                .hasMessageContaining("reset");
        faulty.stop(Duration.ofSeconds(50)).get(30, TimeUnit.SECONDS);
        assertThat(faulty.stats().open()).isZero();
    }

    @Test
    void aStageThatFailsAtTheEndHoldsUpNobody() throws Exception {
        AtomicInteger ends = new AtomicInteger();
        PipelineStage faulty = new PipelineStage() {
            @Override
            public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
                connection.whenEnded(end -> {
                    throw new AssertionError("a stage that fails at its connection's end");
                });
                return List.of();
            }

            @Override
            public void tunnelStopped() {
                ends.incrementAndGet();
                throw new IllegalStateException("a stage that fails at its tunnel's end");
            }
        };
        try (LoopbackTunnel tunnel =
                LoopbackTunnel.with(client -> client.stage(faulty).stage(faulty), UnaryOperator.identity())) {
            try (Socket application = tunnel.connect();
                    Socket target = tunnel.accept()) {
                LoopbackTunnel.echo(application, target);
            }
            tunnel.client.stop(Duration.ofSeconds(50)).get(30, TimeUnit.SECONDS);
            assertThat(tunnel.client.stats().open()).isZero();
            assertThat(ends).as("both, though the first one fails").hasValue(2);
        }
    }

    /** The connection is held back until the stage passes on {@code channelActive}, however far the handshake gets. */
    @Test
    void aStageHoldsAConnectionBackOnEitherSide() throws Exception {
        holdsBack(stage -> LoopbackTunnel.with(client -> client.stage(stage), UnaryOperator.identity()));
        holdsBack(stage -> LoopbackTunnel.with(UnaryOperator.identity(), server -> server.stage(stage)));
    }

    private interface Made {
        LoopbackTunnel with(PipelineStage stage) throws Exception;
    }

    private static void holdsBack(Made made) throws Exception {
        BlockingQueue<ChannelHandlerContext> held = new LinkedBlockingQueue<>();
        PipelineStage gate = (place, connection) -> place == Place.ofAcceptedSocket(connection.role())
                ? List.of(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelActive(ChannelHandlerContext ctx) {
                        held.add(ctx);
                    }
                })
                : List.of();
        try (LoopbackTunnel tunnel = made.with(gate);
                Socket application = tunnel.connect()) {
            application.getOutputStream().write(7);
            ChannelHandlerContext ctx = held.poll(10, TimeUnit.SECONDS);
            assertThat(ctx).isNotNull();
            tunnel.target.setSoTimeout(500); // needed only if there is a fault
            assertThatThrownBy(tunnel::accept).isInstanceOf(SocketTimeoutException.class);
            tunnel.target.setSoTimeout(10_000);
            ctx.executor().execute(ctx::fireChannelActive);
            try (Socket target = tunnel.accept()) {
                assertThat(target.getInputStream().read()).isEqualTo(7);
                assertThat(tunnel.server.holdings().unauthenticated()).isZero();
                assertThat(tunnel.server.holdings().tunnels()).isOne();
            }
        }
    }

    @Test
    void tellsAStageThatItsTunnelHasStopped() throws Exception {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        PipelineStage stage = new PipelineStage() {
            @Override
            public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
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
}
