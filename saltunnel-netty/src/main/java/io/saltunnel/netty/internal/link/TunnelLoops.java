package io.saltunnel.netty.internal.link;

import io.netty.channel.EventLoopGroup;
import io.netty.util.NettyRuntime;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.FutureListener;
import io.saltunnel.netty.internal.transport.SocketTransport;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The event loops of a tunnel: its own, which end with it, or the caller's. Any thread. */
final class TunnelLoops {
    private enum Owner {
        TUNNEL,
        CALLER
    }

    private final EventLoopGroup group;
    private final Owner owner;

    private TunnelLoops(EventLoopGroup group, Owner owner) {
        this.group = group;
        this.owner = owner;
    }

    /**
     * Takes the caller's loops if there are any; otherwise starts one for each core.
     *
     * @param callers the caller's loops; null for the tunnel's own
     * @param transport the transport that the tunnel's own loops drive
     */
    static TunnelLoops of(@Nullable EventLoopGroup callers, SocketTransport transport) {
        return callers != null
                ? new TunnelLoops(callers, Owner.CALLER)
                : own(transport, NettyRuntime.availableProcessors());
    }

    /**
     * Starts loops that end when the tunnel {@linkplain #leave leaves} them.
     *
     * @param transport the transport that they drive
     * @param threads their number, 1 or more
     */
    static TunnelLoops own(SocketTransport transport, int threads) {
        return new TunnelLoops(transport.newEventLoops(threads, new DefaultThreadFactory("saltunnel")), Owner.TUNNEL);
    }

    /** How many loops {@link #of} has, or would start. */
    static int count(@Nullable EventLoopGroup callers) {
        return callers != null ? (int) each(callers).count() : NettyRuntime.availableProcessors();
    }

    private static Stream<EventExecutor> each(EventLoopGroup group) {
        return StreamSupport.stream(group.spliterator(), false);
    }

    EventLoopGroup group() {
        return group;
    }

    /**
     * Checks that the current thread may wait for an end that depends on these loops.
     *
     * @param end completes at that end
     * @throws IllegalStateException if it is the thread of one of these loops
     */
    void checkMayWaitFor(CompletableFuture<?> end) {
        if (!end.isDone() && each(group).anyMatch(EventExecutor::inEventLoop)) {
            throw new IllegalStateException("close() would wait for the event loop that calls it:"
                    + " call stop(Duration) here, or close() on another thread");
        }
    }

    /**
     * Sets a callback for the case that the caller's loops end before the tunnel. (The tunnel's own loops never do.)
     *
     * @param ended runs in that case, on any thread
     * @param over the end of the tunnel
     */
    void whenEndedBefore(CompletableFuture<?> over, Runnable ended) {
        if (owner == Owner.CALLER) {
            FutureListener<Object> listener = end -> ended.run();
            group.terminationFuture().addListener(listener);
            over.whenComplete((done, failure) -> group.terminationFuture().removeListener(listener));
        }
    }

    /**
     * Runs a task after a time, unless the tunnel or the loops end earlier.
     *
     * @param over the end of the tunnel, which cancels the task, because the caller's loops may live on
     */
    void runAfter(long millis, CompletableFuture<?> over, Runnable task) {
        try {
            Future<?> run = group.next().schedule(task, millis, TimeUnit.MILLISECONDS);
            over.whenComplete((done, failure) -> run.cancel(false));
        } catch (RejectedExecutionException e) {
            // The event loops have ended in the meantime, so there is nothing left to wait for.
        }
    }

    /**
     * Leaves the loops, which the tunnel no longer needs. Ends the tunnel's own loops.
     *
     * @return completes when the tunnel's own loops have ended, or when each of the caller's has run its current tasks
     */
    CompletableFuture<Void> leave() {
        return switch (owner) {
            case TUNNEL -> {
                CompletableFuture<Void> left = new CompletableFuture<>();
                group.shutdownGracefully(0, 1, TimeUnit.SECONDS).addListener(ended -> {
                    if (ended.isSuccess()) {
                        left.complete(null);
                    } else {
                        left.completeExceptionally(ended.cause());
                    }
                });
                yield left;
            }
            case CALLER -> runAll();
        };
    }

    /**
     * Waits for the current tasks of the loops.
     *
     * @return completes when each loop has run its current tasks
     */
    CompletableFuture<Void> runAll() {
        return CompletableFuture.allOf(each(group).map(TunnelLoops::round).toArray(CompletableFuture[]::new));
    }

    /**
     * Completes after the current tasks of an event loop. These begin the links of connections that were accepted
     * before the listener closed, and remove the pipelines of closed connections with their secrets. Waits twice,
     * because the future of a close completes before the task that removes the pipeline is added.
     */
    private static CompletableFuture<Void> round(EventExecutor loop) {
        return CompletableFuture.runAsync(() -> {}, task -> executeOrRun(loop, task))
                .thenRunAsync(() -> {}, task -> executeOrRun(loop, task));
    }

    /** Runs the task on the loop. If the loop has ended, it has run all its tasks, so this runs the task at once. */
    private static void executeOrRun(EventExecutor loop, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            task.run();
        }
    }

    /** Ends the tunnel's own loops without waiting, because the tunnel didn't start. */
    void abandon() {
        if (owner == Owner.TUNNEL) {
            group.shutdownGracefully();
        }
    }
}
