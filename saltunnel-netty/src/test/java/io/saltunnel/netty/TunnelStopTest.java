package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.ChannelHandler;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: a stop reaches every connection, also one that is just being accepted, and ends once. */
@Timeout(60)
class TunnelStopTest {

    /** One that was missed would go on, and the stop wait for it. */
    @Test
    void resetsWhoIsAcceptedButNotTakenUp() throws Exception {
        PinnedLoops loops = new PinnedLoops();
        loops.pin();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> client.transport(Transport.NIO).eventLoops(loops), UnaryOperator.identity());
                Socket established = tunnel.connect();
                Socket peer = tunnel.accept()) {
            LoopbackTunnel.echo(established, peer);
            SingleThreadEventExecutor another = loops.pin();
            Socket[] late = {null};
            HeldUpLoop.during(loops.next(), () -> {
                late[0] = tunnel.connect();
                await("a connection to take up", () -> another.pendingTasks() == 1);
                tunnel.client.stop(Duration.ofHours(1));
            });
            try (Socket socket = late[0]) {
                assertThatThrownBy(() -> socket.getInputStream().read())
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("reset");
            }
            assertThat(tunnel.client.stats().open()).isOne();
            LoopbackTunnel.echo(established, peer);
            tunnel.client.stop(Duration.ZERO).get(10, TimeUnit.SECONDS);
            assertThat(tunnel.client.stats().open()).isZero();
            assertThat(tunnel.server.stats().accepted()).isOne();
        } finally {
            loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
        }
    }

    @Test
    void endsOnceHoweverOftenItIsAskedFor() throws Exception {
        AtomicInteger ends = new AtomicInteger();
        PipelineStage stage = new PipelineStage() {
            @Override
            public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
                return List.of();
            }

            @Override
            public void tunnelStopped() {
                ends.incrementAndGet();
            }
        };
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client.stage(stage), UnaryOperator.identity())) {
            CompletableFuture<Void> stopped = tunnel.client.stop(Duration.ZERO);
            while (!stopped.isDone()) {
                tunnel.client.stop(Duration.ZERO);
            }
        }
        assertThat(ends).hasValue(1);
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    /** Two, of which one gets all that comes. */
    private static final class PinnedLoops extends MultiThreadIoEventLoopGroup {
        private volatile @Nullable IoEventLoop pinned;

        PinnedLoops() {
            super(2, NioIoHandler.newFactory());
        }

        /** From now on it's the other one. */
        SingleThreadEventExecutor pin() {
            pinned = super.next();
            return (SingleThreadEventExecutor) pinned;
        }

        @Override
        public IoEventLoop next() {
            return pinned == null ? super.next() : pinned;
        }
    }
}
