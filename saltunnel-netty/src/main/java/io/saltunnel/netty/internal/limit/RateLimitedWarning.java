package io.saltunnel.netty.internal.limit;

import java.util.concurrent.atomic.AtomicLong;

/** Lets one warning a second through: what happens a thousand times a second is told once. */
public final class RateLimitedWarning {
    private static final long INTERVAL_NANOS = 1_000_000_000L;

    private final AtomicLong next = new AtomicLong(System.nanoTime());

    /** Lets the first warning through at once. */
    public RateLimitedWarning() {}

    /**
     * Asks for leave to warn. Any thread.
     *
     * @return true once a second at most
     */
    public boolean isDue() {
        long now = System.nanoTime();
        long due = next.get();
        return now - due >= 0 && next.compareAndSet(due, now + INTERVAL_NANOS);
    }
}
