package io.saltunnel.core.secret;

import java.util.Optional;

/**
 * How much memory for secrets is locked, how much isn't, and what to do about it.
 *
 * <p>Immutable: any thread may use it.
 *
 * @param lockedBytes bytes that can't be swapped out, from 0
 * @param unlockedBytes bytes that should be locked and aren't, from 0
 * @param limitBytes the most bytes that this process may lock ({@code RLIMIT_MEMLOCK}), or {@link #NO_LIMIT}
 * @param advice one line for the user if something isn't locked: how much is wanted, how much is allowed, and how to
 *     raise the limit
 */
public record MemoryLockStatus(long lockedBytes, long unlockedBytes, long limitBytes, Optional<String> advice) {

    /** Stands for no limit, or an unknown one. */
    public static final long NO_LIMIT = -1;

    private static final long LEAST_RAISE = 1 << 20;

    /** The status for the given sums, with the system's current limit. */
    static MemoryLockStatus of(long lockedBytes, long unlockedBytes) {
        long limit = NativeMemory.lockLimit();
        return new MemoryLockStatus(lockedBytes, unlockedBytes, limit, advice(lockedBytes, unlockedBytes, limit));
    }

    /**
     * The status of all memory for secrets in this process.
     *
     * @return the status of what is mapped now
     */
    public static MemoryLockStatus ofProcess() {
        return of(LockCounts.lockedBytes(), LockCounts.unlockedBytes());
    }

    /**
     * How often this process got no memory for secrets, because that memory
     * {@linkplain ProcessProtection#requireLockedMemory() had to be locked} and couldn't be. Each time, a connection
     * was refused or cut off.
     *
     * @return 0 or more; never decreases
     */
    public static long refusals() {
        return LockCounts.refusals();
    }

    /**
     * The advice for the user after {@linkplain #refusals() refusals}.
     *
     * @return one line that says how much is locked, how much is allowed, and how to raise it
     */
    public String adviceOnRefusals() {
        long wanted = lockedBytes + Math.max(lockedBytes, LEAST_RAISE);
        return lockedBytes + " bytes of keys and plaintext are locked in memory, and "
                + (limitBytes == NO_LIMIT ? "the system refused more" : limitBytes + " are allowed")
                + "; " + howToRaise(wanted);
    }

    /**
     * Tells whether everything is locked.
     *
     * @return true if no byte is unlocked
     */
    public boolean allLocked() {
        return unlockedBytes == 0;
    }

    private static Optional<String> advice(long lockedBytes, long unlockedBytes, long limit) {
        if (unlockedBytes == 0) {
            return Optional.empty();
        }
        if (!NativeMemory.available()) {
            return Optional.of(
                    unlockedBytes + " bytes of keys and plaintext are not locked in memory and may be swapped to disk:"
                            + " locking is not available here (" + NativeMemory.unavailableReason() + ")");
        }
        long wanted = lockedBytes + unlockedBytes;
        return Optional.of(unlockedBytes
                + " bytes of keys and plaintext are not locked in memory and may be swapped to disk: "
                + wanted + " bytes are wanted, " + (limit == NO_LIMIT ? "the system refused" : limit + " are allowed")
                + "; " + howToRaise(wanted));
    }

    private static String howToRaise(long wanted) {
        return "raise the limit with `ulimit -l " + (wanted + 1023) / 1024 + "` (shell), `LimitMEMLOCK=" + wanted
                + "` (systemd) or `--ulimit memlock=" + wanted + "` (docker)";
    }
}
