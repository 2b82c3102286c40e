package io.saltunnel.core.secret;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the memory that this process has mapped for secrets, locked and unlocked, and the refusals. Any thread. */
final class LockCounts {

    private static final AtomicLong LOCKED_BYTES = new AtomicLong();
    private static final AtomicLong UNLOCKED_BYTES = new AtomicLong();
    private static final AtomicLong REFUSALS = new AtomicLong();

    private LockCounts() {}

    /** Counts memory that was mapped, or, if the number is negative, returned. */
    static void add(boolean locked, long bytes) {
        (locked ? LOCKED_BYTES : UNLOCKED_BYTES).addAndGet(bytes);
    }

    /** Counts a refusal: locking was required and not possible. */
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
