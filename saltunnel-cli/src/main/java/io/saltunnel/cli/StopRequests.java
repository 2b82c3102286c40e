package io.saltunnel.cli;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Distinguishes a second request to stop from the first. A shell, a terminal or a supervisor often sends one signal
 * twice, to a process and to its group. So a signal shortly after the first one belongs to the first request. Any
 * thread.
 */
final class StopRequests {

    /** A signal within this time after the first request belongs to it. */
    static final long SAME_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /** What a signal means: the first request, the same one again, or another one. */
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

    /** Classifies a signal that has arrived. */
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
