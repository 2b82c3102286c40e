package io.saltunnel.netty.internal.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.stage.ConnectionSummary;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The idle time-out beside stages that hold data back, on an event loop whose time stands still. */
class IdleTimeoutStageTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /**
     * Enough for all checks that the stage makes at one time: when the time is up, once more, and again after movement.
     */
    private static final int LOOKS = 4;

    private final IdleTimeoutStage stage = new IdleTimeoutStage(TIMEOUT);
    private final Connection connection = new Connection();
    private final EmbeddedChannel plain = new EmbeddedChannel();
    private final EmbeddedChannel wire = new EmbeddedChannel();

    /** A stage that keeps written data until the test releases it. */
    private static final class Holding extends ChannelOutboundHandlerAdapter {
        final Queue<Runnable> held = new ArrayDeque<>();

        @Override
        public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
            held.add(() -> ctx.writeAndFlush(msg, promise));
        }
    }

    private static final class Connection implements TunnelConnection {
        private Consumer<? super ConnectionSummary> ended = summary -> {};

        @Override
        public long id() {
            return 1;
        }

        @Override
        public Role role() {
            return Role.CLIENT;
        }

        @Override
        public SocketAddress peer() {
            return new InetSocketAddress(1);
        }

        @Override
        public SocketAddress local() {
            return new InetSocketAddress(2);
        }

        @Override
        public HostAndPort target() {
            return HostAndPort.parse("a:1");
        }

        @Override
        public void whenEnded(Consumer<? super ConnectionSummary> listener) {
            ended = listener;
        }

        void end() {
            ended.accept(new ConnectionSummary(
                    peer(), target(), Duration.ZERO, 0, 0, ConnectionSummary.Outcome.COMPLETED, null, null));
        }
    }

    private Holding assemble(EmbeddedChannel channel, PipelineStage.Place place) {
        Holding holding = new Holding();
        channel.freezeTime();
        channel.pipeline().addLast(stage.handlersAt(place, connection).toArray(ChannelHandler[]::new));
        channel.pipeline().addLast(holding);
        channel.pipeline()
                .addLast(stage.nextToRelay().handlersAt(place, connection).toArray(ChannelHandler[]::new));
        return holding;
    }

    @AfterEach
    void close() {
        plain.finishAndReleaseAll();
        wire.finishAndReleaseAll();
    }

    @Test
    void resetsWhenNothingMoves() {
        assemble(plain, PipelineStage.Place.PLAIN_SOCKET);
        pass(TIMEOUT.minusMillis(1));
        plain.writeInbound(Unpooled.buffer(1).writeByte(1));
        pass(TIMEOUT.minusMillis(1));
        assertIdleAfter(Duration.ofMillis(1));
    }

    @Test
    void countsWhatAStageHoldsBackOnThePlainSideAsMoving() {
        Holding holding = assemble(plain, PipelineStage.Place.PLAIN_SOCKET);
        plain.writeOneOutbound(Unpooled.buffer(1).writeByte(1));
        pass(TIMEOUT.multipliedBy(3));
        holding.held.remove().run();
        pass(TIMEOUT.minusMillis(1));
        assertIdleAfter(Duration.ofMillis(1));
    }

    @Test
    void countsWhatAStageHoldsBackOnTheWireSideAsMoving() {
        assemble(plain, PipelineStage.Place.PLAIN_SOCKET);
        Holding holding = assemble(wire, PipelineStage.Place.TUNNEL);
        wire.writeOneOutbound(Unpooled.buffer(1).writeByte(1));
        pass(TIMEOUT.multipliedBy(3));
        pass(Duration.ofSeconds(1));
        holding.held.remove().run();
        pass(TIMEOUT.minusMillis(1));
        assertIdleAfter(Duration.ofMillis(1));
    }

    @Test
    void forgetsAConnectionThatHasEnded() {
        assemble(plain, PipelineStage.Place.PLAIN_SOCKET);
        assertThat(stage.connections()).isOne();
        connection.end();
        assertThat(stage.connections()).isZero();
    }

    private void pass(Duration time) {
        plain.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        for (int looks = 0; looks < LOOKS; looks++) {
            plain.runScheduledPendingTasks();
        }
        plain.checkException();
    }

    private void assertIdleAfter(Duration time) {
        assertThatThrownBy(() -> pass(time))
                .isInstanceOf(IdleTimeoutException.class)
                .hasMessage("idle for 5.0 s");
    }
}
