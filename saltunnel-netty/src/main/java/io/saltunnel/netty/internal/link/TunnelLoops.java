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
     * The caller's loops if there are any; otherwise starts one for each core.
     *
     * @param callers null for the tunnel's own
     * @param transport what own loops drive
     */
    static TunnelLoops of(@Nullable EventLoopGroup callers, SocketTransport transport) {
        return callers != null
                ? new TunnelLoops(callers, Owner.CALLER)
                : own(transport, NettyRuntime.availableProcessors());
    }

    /**
     * Starts loops that end when they are left.
     *
     * @param transport what they drive
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
     * Checks that the current thread may wait for an end that these loops bring about.
     *
     * @param end what it would wait for
     * @throws IllegalStateException if it is the thread of one of them
     */
    void checkMayWaitFor(CompletableFuture<?> end) {
        if (!end.isDone() && each(group).anyMatch(EventExecutor::inEventLoop)) {
            throw new IllegalStateException("close() would wait for the event loop that calls it:"
                    + " call stop(Duration) here, or close() on another thread");
        }
    }

    /**
     * Calls if the caller's loops end before the tunnel. (Its own don't.)
     *
     * @param ended runs then, on any thread
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
     * Runs a task after a time, unless the tunnel or the loops have ended before.
     *
     * @param over the end of the tunnel: the caller may still use the loops then
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
     * The tunnel needs them no more: ends its own ones.
     *
     * @return completes when they have ended; those of the caller, when each has run all tasks that it has
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
     * Waits for what the loops have to do now.
     *
     * @return completes when each loop has run all tasks that it has
     */
    CompletableFuture<Void> runAll() {
        return CompletableFuture.allOf(each(group).map(TunnelLoops::round).toArray(CompletableFuture[]::new));
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

    /** The tunnel didn't start: ends its own loops, without waiting. */
    void abandon() {
        if (owner == Owner.TUNNEL) {
            group.shutdownGracefully();
        }
    }
}
