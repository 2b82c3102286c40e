package io.saltunnel.core.secret;

import java.util.concurrent.atomic.AtomicLong;

/** What this process has mapped for secrets, locked or not, and how often it was refused. For any thread. */
final class LockCounts {

    private static final AtomicLong LOCKED_BYTES = new AtomicLong();
    private static final AtomicLong UNLOCKED_BYTES = new AtomicLong();
    private static final AtomicLong REFUSALS = new AtomicLong();

    private LockCounts() {}

    /** Memory was mapped, or given back if the number is negative. */
    static void add(boolean locked, long bytes) {
        (locked ? LOCKED_BYTES : UNLOCKED_BYTES).addAndGet(bytes);
    }

    /** Locking was required and not possible. */
    static void refused() {
        REFUSALS.incrementAndGet();
    }

    static long lockedBytes() {
        return LOCKED_BYTES.get();
    }

    static long unlockedBytes() {
        return UNLOCKED_BYTES.get();
    }

    static long refusals() {
        return REFUSALS.get();
    }
}
