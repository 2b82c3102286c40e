package io.saltunnel.netty.internal.connect;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A requested connection, until it is made or given up. */
final class Request {
    private final long number;
    private final long askedAtNanos;
    private final List<Target> tried;
    private final EventLoop loop;
    private final Runnable begun;
    private final Promise<Channel> result;
    private @Nullable Future<Channel> underWay;

    /**
     * A request that has not been attempted.
     *
     * @param number greater than that of the request before it
     * @param tried the targets that it must not use
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

    /** Tells that later connections of the same source need not wait for this one. Event loop only. */
    void begun() {
        begun.run();
    }

    /** Sets what {@link #cancelAttempt} cancels from now on. Event loop only. */
    void attempting(Future<Channel> attempt) {
        underWay = attempt;
    }

    /** Cancels the attempt under way, if there is one. Event loop only. */
    void cancelAttempt() {
        if (underWay != null) {
            underWay.cancel(false);
        }
    }
}
