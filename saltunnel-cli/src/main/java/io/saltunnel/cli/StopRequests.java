package io.saltunnel.cli;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Distinguishes a second request to stop from the first. Any thread.
 *
 * <p>At a terminal, every further signal is a request of its own: a person who presses Ctrl-C twice wants the end now. A
 * service manager sends several signals for one request: systemd's SendSIGHUP, or a supervisor that signals a process
 * and its group. Under one, a signal shortly after the first belongs to the first.
 */
final class StopRequests {

    /** Under a service manager, a signal within this time after the first request belongs to it. */
    static final long SAME_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** What a signal means: the first request, the same one again, or another one. */
    enum Request {
        FIRST,
        SAME,
        AGAIN
    }

    private final LongSupplier nanoTime;
    private final long sameNanos;
    private boolean stopping;
    private long firstAt;

    StopRequests(LongSupplier nanoTime, long sameNanos) {
        this.nanoTime = nanoTime;
        this.sameNanos = sameNanos;
    }

    /** For a program that a person runs at a terminal. */
    static StopRequests ofTerminal() {
        return new StopRequests(System::nanoTime, 0);
    }

    /** For a program that a service manager runs. */
    static StopRequests ofService() {
        return new StopRequests(System::nanoTime, SAME_NANOS);
    }

    /** Classifies a signal that has arrived. */
    synchronized Request next() {
        long now = nanoTime.getAsLong();
        if (!stopping) {
            stopping = true;
            firstAt = now;
            return Request.FIRST;
        }
        return now - firstAt < sameNanos ? Request.SAME : Request.AGAIN;
    }
}
