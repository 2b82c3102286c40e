package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.IoEventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.SingleThreadEventExecutor;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Goal: a stop reaches every connection, even one that is just being accepted, and ends once. */
@Timeout(60)
class TunnelStopTest {

    /** A missed connection would continue, and the stop would wait for it. */
    @Test
    void resetsAConnectionThatIsAcceptedButNotTakenUp() throws Exception {
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

    /** NIO accepts all waiting connections at once, and those beyond the cap wait in the listener's pipeline. */
    @Test
    void resetsAConnectionThatWaitsInAFullTunnel() throws Exception {
        PinnedLoops loops = new PinnedLoops();
        SingleThreadEventExecutor loop = loops.pin();
        List<Socket> applications = new ArrayList<>();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                client -> client.transport(Transport.NIO).eventLoops(loops).maxConnections(1),
                UnaryOperator.identity())) {
            HeldUpLoop.during(loops.next(), () -> {
                for (int i = 0; i < 5; i++) {
                    applications.add(tunnel.connect());
                }
            });
            await("the first to be let in", () -> tunnel.client.stats().accepted() == 1);
            loop.submit(() -> {}).sync();
            tunnel.client.stop(Duration.ZERO).get(10, TimeUnit.SECONDS);
            for (Socket application : applications) {
                assertThatThrownBy(() -> application.getInputStream().read())
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("reset");
            }
        } finally {
            for (Socket application : applications) {
                application.close();
            }
            loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
        }
    }

    /** When the key is closed next, no secret derived from it may be left. */
    @Test
    void hasStoppedOnlyWhenThePipelinesAreGone() throws Exception {
        PinnedLoops loops = new PinnedLoops();
        loops.pin();
        AtomicInteger handlers = new AtomicInteger();
        PipelineStage counted = (place, connection) -> List.of(new ChannelHandlerAdapter() {
            @Override
            public void handlerAdded(ChannelHandlerContext ctx) {
                handlers.incrementAndGet();
            }

            @Override
            public void handlerRemoved(ChannelHandlerContext ctx) {
                handlers.decrementAndGet();
            }
        });
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> client.transport(Transport.NIO)
                                .eventLoops(loops)
                                .stage(counted),
                        UnaryOperator.identity());
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            LoopbackTunnel.echo(application, target);
            assertThat(handlers).hasValue(3);
            CompletableFuture<Integer> left = tunnel.client.stopped().thenApply(stopped -> handlers.get());
            tunnel.client.stop(Duration.ZERO);
            assertThat(left.get(10, TimeUnit.SECONDS)).isZero();
        } finally {
            loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
        }
    }

    /**
     * Loops that are shut down from one of them, without a grace time, end without closing open channels, and without
     * reporting it.
     */
    @Test
    void endsWithItsOwnersEventLoops() throws Exception {
        PinnedLoops loops = new PinnedLoops();
        SingleThreadEventExecutor loop = loops.pin();
        LongTermKey another = LongTermKey.random(RandomSource.system(), SecretMemory.create());
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(UnaryOperator.identity(), UnaryOperator.identity());
                Tunnel client = start(another, tunnel, loops, 0).get(10, TimeUnit.SECONDS);
                Socket application = new Socket()) {
            application.connect(client.boundAddress().toSocketAddress());
            await("a connection", () -> tunnel.server.stats().accepted() == 1);
            loop.execute(() -> loops.shutdownGracefully(0, 10, TimeUnit.SECONDS));
            client.stopped().get(20, TimeUnit.SECONDS);
            assertThat(client.stats().open()).isZero();
        }
    }

    @Test
    void doesNotStartOnEventLoopsThatHaveEnded() throws Exception {
        PinnedLoops loops = new PinnedLoops();
        loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(UnaryOperator.identity(), UnaryOperator.identity())) {
            assertThatThrownBy(() -> start(tunnel.key, tunnel, loops, 0).get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(RejectedExecutionException.class);
        }
    }

    /** The caller has no tunnel that it could stop. */
    @Test
    void stopsIfItsStartIsCancelled() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        PinnedLoops loops = new PinnedLoops();
        loops.pin();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(UnaryOperator.identity(), UnaryOperator.identity())) {
            HeldUpLoop.during(
                    loops.next(),
                    () -> assertThat(start(tunnel.key, tunnel, loops, port).cancel(false))
                            .isTrue());
            for (int i = 0; i < 10; i++) {
                loops.submit(() -> {}).sync(); // first it registers, then it binds
            }
            await("the port to be free again", () -> isFree(port));
        } finally {
            loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
        }
    }

    private static boolean isFree(int port) {
        try {
            new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static CompletableFuture<Tunnel> start(LongTermKey key, LoopbackTunnel other, PinnedLoops loops, int port) {
        return Tunnel.client(key)
                .transport(Transport.NIO)
                .eventLoops(loops)
                .listen(new HostAndPort("127.0.0.1", port))
                .server(other.server.boundAddress())
                .start();
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
            for (int i = 0; i < 1000; i++) {
                tunnel.client.stop(Duration.ZERO);
            }
            stopped.get(30, TimeUnit.SECONDS);
        }
        assertThat(ends).hasValue(1);
    }

    /** It once waited for itself forever. */
    @Test
    void refusesToWaitForItsEndOnOneOfItsEventLoops() throws Exception {
        PinnedLoops loops = new PinnedLoops();
        IoEventLoop loop = (IoEventLoop) loops.pin();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client.eventLoops(loops), UnaryOperator.identity());
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            assertThat(loop.submit(tunnel.client::close).await(10, TimeUnit.SECONDS))
                    .as("an end")
                    .isTrue();
            assertThatThrownBy(() -> loop.submit(tunnel.client::close).get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("stop(Duration)");
            LoopbackTunnel.echo(application, target);
            loop.submit(() -> tunnel.client.stop(Duration.ZERO)).get(10, TimeUnit.SECONDS);
            tunnel.client.stopped().get(10, TimeUnit.SECONDS);
            loop.submit(tunnel.client::close).get(10, TimeUnit.SECONDS); // nothing to wait for
        } finally {
            loops.shutdownGracefully(0, 10, TimeUnit.SECONDS).sync();
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(deadline - System.nanoTime()).as(what).isPositive();
            Thread.onSpinWait();
        }
    }

    /** Two loops, one of which gets every new connection. */
    private static final class PinnedLoops extends MultiThreadIoEventLoopGroup {
        private volatile @Nullable IoEventLoop pinned;

        PinnedLoops() {
            super(2, NioIoHandler.newFactory());
        }

        /** From now on, the other loop gets all new connections. */
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
