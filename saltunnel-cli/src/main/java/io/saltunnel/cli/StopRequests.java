package io.saltunnel.cli;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Tells the first request to stop from a second one. A shell, a terminal or a supervisor often sends one signal twice, to
 * a process and to its group; so what comes shortly after the first is still the first. Any thread.
 */
final class StopRequests {

    /** What comes within this time after the first request belongs to it. */
    static final long SAME_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** What a request is. */
    enum Request {
        FIRST,
        SAME,
        AGAIN
    }

    private final LongSupplier nanoTime;
    private boolean stopping;
    private long firstAt;

    StopRequests(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** A request has arrived. */
    synchronized Request next() {
        long now = nanoTime.getAsLong();
        if (!stopping) {
            stopping = true;
            firstAt = now;
            return Request.FIRST;
        }
        return now - firstAt < SAME_NANOS ? Request.SAME : Request.AGAIN;
    }
}
