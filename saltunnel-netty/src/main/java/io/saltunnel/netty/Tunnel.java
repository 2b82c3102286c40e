package io.saltunnel.netty;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.metrics.TunnelHoldings;
import io.saltunnel.netty.metrics.TunnelStats;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A running client or server. It accepts connections until it is stopped. The code that started it owns it, and stops or
 * closes it. Any thread.
 *
 * {@snippet lang="java" :
 * try (LongTermKey key = LongTermKey.load(keyFile); // 32 bytes, the same on both sides
 *         Tunnel tunnel =
 *                 Tunnel.client(key).listen(listen).server(server).start().join()) {
 *     port = tunnel.boundAddress().getPort();
 * }
 * }
 */
public final class Tunnel implements AutoCloseable {
    private final TunnelRuntime runtime;
    private final Channel listener;
    private final InetSocketAddress boundAddress;
    private final EventLoopGroup loops;
    private final boolean ownsLoops;
    private final LockedBufferAllocator buffers;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private boolean stopping;
    private boolean finishing;

    Tunnel(
            TunnelRuntime runtime,
            Channel listener,
            EventLoopGroup loops,
            boolean ownsLoops,
            LockedBufferAllocator buffers) {
        this.runtime = runtime;
        this.listener = listener;
        this.boundAddress = (InetSocketAddress) listener.localAddress();
        this.loops = loops;
        this.ownsLoops = ownsLoops;
        this.buffers = buffers;
        listener.closeFuture().addListener(closed -> listenerClosed());
        if (!ownsLoops) {
            FutureListener<Object> ended = end -> loopsEnded();
            loops.terminationFuture().addListener(ended);
            stopped.whenComplete((done, failure) -> loops.terminationFuture().removeListener(ended));
        }
    }

    /**
     * Begins to configure a client.
     *
     * @param key the long-term key; borrowed, must stay open until the tunnel has stopped
     * @return a builder with all defaults
     */
    public static ClientBuilder client(LongTermKey key) {
        return new ClientBuilder(key);
    }

    /**
     * Begins to configure a server.
     *
     * @param key the long-term key; borrowed, must stay open until the tunnel has stopped
     * @return a builder with all defaults
     */
    public static ServerBuilder server(LongTermKey key) {
        return new ServerBuilder(key);
    }

    /**
     * The address it listens on.
     *
     * @return the address with the actual port, also if port 0 was requested; valid after the end too
     */
    public InetSocketAddress boundAddress() {
        return boundAddress;
    }

    /**
     * The address it forwards to.
     *
     * @return as configured
     */
    public HostAndPort target() {
        return runtime.connector.target();
    }

    /**
     * Returns counts of the events so far.
     *
     * @return a snapshot
     */
    public TunnelStats stats() {
        return runtime.counters.read();
    }

    /**
     * Returns what it holds at the moment.
     *
     * @return a snapshot
     */
    public TunnelHoldings holdings() {
        return runtime.holdings(buffers);
    }

    /**
     * Returns a future for the end of the tunnel.
     *
     * @return completes when the tunnel has stopped for any reason, on a thread that must not be blocked; cancelling it
     *     has no effect
     */
    public CompletableFuture<Void> stopped() {
        return stopped.copy();
    }

    /**
     * Stops: accepts no more connections, drops those without a tunnel, lets the others finish, and resets those that
     * are left after the grace time. A second call may shorten the grace time, but not lengthen it. Doesn't wait.
     *
     * @param grace the time for connections to finish, of any length; zero or less resets them at once
     * @return completes when all connections are closed. If the tunnel owns the event loops, their threads are about to
     *     end then. If the caller owns them, each loop has run twice since (on io_uring a connection may last until the
     *     data being sent has been sent)
     */
    public CompletableFuture<Void> stop(Duration grace) {
        Objects.requireNonNull(grace, "grace");
        boolean first;
        synchronized (this) {
            first = !stopping;
            if (first) {
                runtime.stop(this::finish);
            }
            stopping = true;
        }
        if (first) {
            listener.close();
            resetLinks(false);
        }
        if (grace.isZero() || grace.isNegative()) {
            resetLinks(true);
        } else {
            resetLinksAfter(grace);
        }
        finish();
        return stopped();
    }

    private void resetLinksAfter(Duration grace) {
        try {
            Future<?> end = loops.next()
                    .schedule(() -> resetLinks(true), TimeUnit.MILLISECONDS.convert(grace), TimeUnit.MILLISECONDS);
            stopped.whenComplete((done, failure) -> end.cancel(false)); // the caller may still use the loops
        } catch (RejectedExecutionException e) {
            // The event loops have ended in the meantime, so there is nothing left to wait for.
        }
    }

    /** By {@link #stop}, or because the event loops were shut down: then there is no grace time. */
    private void listenerClosed() {
        boolean asked;
        synchronized (this) {
            asked = stopping;
        }
        if (asked) {
            finish();
        } else {
            stop(Duration.ZERO);
        }
    }

    /**
     * The loops had no time to close their channels. Remaining connections have no thread any more; nor has the
     * listener, whose close future may never complete.
     */
    private void loopsEnded() {
        stop(Duration.ZERO);
        for (Link link : List.copyOf(runtime.links)) {
            link.relay.abort(null);
        }
        finish(true);
    }

    private void resetLinks(boolean startedToo) {
        for (Link link : List.copyOf(runtime.links)) {
            link.onItsLoop(() -> {
                if (startedToo || !link.isStarted()) {
                    link.relay.abort(null);
                }
            });
        }
    }

    private void finish() {
        finish(!listener.isOpen());
    }

    private void finish(boolean acceptsNobody) {
        synchronized (this) {
            if (finishing || !acceptsNobody || !runtime.links.isEmpty()) {
                return;
            }
            finishing = true;
        }
        runtime.connector.close();
        if (ownsLoops) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).addListener(ended -> complete(ended.cause()));
        } else {
            CompletableFuture.allOf(StreamSupport.stream(loops.spliterator(), false)
                            .map(Tunnel::round)
                            .toArray(CompletableFuture[]::new))
                    .thenRun(() -> complete(null));
        }
    }

    /**
     * Runs after all tasks that an event loop has so far: taking up connections that were accepted before the listener
     * closed, and removing the pipelines of closed ones with their secrets. Twice, because the future of a close
     * completes before the task that removes the pipeline is added.
     */
    private static CompletableFuture<Void> round(EventExecutor loop) {
        return CompletableFuture.runAsync(() -> {}, task -> executeOrRun(loop, task))
                .thenRunAsync(() -> {}, task -> executeOrRun(loop, task));
    }

    /** On a loop that has ended, which ran its tasks before, this runs at once. */
    private static void executeOrRun(EventExecutor loop, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    private void complete(@Nullable Throwable failure) {
        runtime.stages.stopped(runtime.log);
        buffers.close();
        if (failure == null) {
            stopped.complete(null);
        } else {
            stopped.completeExceptionally(failure);
        }
    }

    /**
     * Stops without a grace time, and waits for the end. Closing it again does nothing.
     *
     * @throws IllegalStateException if it is called on one of the tunnel's event loops, which would wait for itself;
     *     nothing is stopped then. {@link #stop} may be called there
     */
    @Override
    public void close() {
        if (!stopped.isDone() && isOnItsLoops()) {
            throw new IllegalStateException("close() would wait for the event loop that calls it:"
                    + " call stop(Duration) here, or close() on another thread");
        }
        stop(Duration.ZERO).join();
    }

    private boolean isOnItsLoops() {
        return StreamSupport.stream(loops.spliterator(), false).anyMatch(EventExecutor::inEventLoop);
    }
}
