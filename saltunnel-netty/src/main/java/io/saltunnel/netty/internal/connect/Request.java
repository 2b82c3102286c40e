package io.saltunnel.netty.internal.connect;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connection that was asked for, from then until it is made or given up. */
final class Request {
    private final long number;
    private final long askedAtNanos;
    private final List<Target> tried;
    private final EventLoop loop;
    private final Runnable begun;
    private final Promise<Channel> result;
    private @Nullable Future<Channel> underWay;

    /**
     * A request that nothing was done for.
     *
     * @param number greater than that of the request before it
     * @param tried the targets that it doesn't go to
     * @param begun as in {@link Connector#connect}
     */
    Request(long number, long askedAtNanos, List<Target> tried, EventLoop loop, Runnable begun) {
        this.number = number;
        this.askedAtNanos = askedAtNanos;
        this.tried = tried;
        this.loop = loop;
        this.begun = begun;
        this.result = loop.newPromise();
    }

    long number() {
        return number;
    }

    long askedAtNanos() {
        return askedAtNanos;
    }

    List<Target> tried() {
        return tried;
    }

    EventLoop loop() {
        return loop;
    }

    Promise<Channel> result() {
        return result;
    }

    /** Later connections of the same source need not wait for this one. On the event loop. */
    void begun() {
        begun.run();
    }

    /** What {@link #cancelAttempt} cancels from now on. On the event loop. */
    void attempting(Future<Channel> attempt) {
        underWay = attempt;
    }

    /** On the event loop. */
    void cancelAttempt() {
        if (underWay != null) {
            underWay.cancel(false);
        }
    }
}
