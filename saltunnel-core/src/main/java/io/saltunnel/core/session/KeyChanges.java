package io.saltunnel.core.session;

import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Draws the moments at which a sender of version 2 changes its key. Any thread may use it, if its parts allow that. It
 * owns nothing.
 *
 * @param nanoTime a clock that only goes forward, in nanoseconds, such as {@link System#nanoTime()}
 * @param random the moments are drawn from it, so that nobody on the path can predict them
 * @param memory holds the random bytes while they are used
 */
public record KeyChanges(LongSupplier nanoTime, RandomSource random, SecretMemory memory) {

    /** A key changes after it has sealed this many chunks, which are 32 MiB on the wire. */
    public static final int MAX_CHUNKS = 65_536;

    /** The earliest moment of a change, after the first chunk under a key. */
    public static final Duration EARLIEST = Duration.ofMinutes(1);

    /** The latest moment of a change, after the first chunk under a key. */
    public static final Duration LATEST = Duration.ofMinutes(2);

    private static final long SPAN_NANOS = LATEST.minus(EARLIEST).toNanos();

    /** Checks that no component is null. The owner of the memory still closes it. */
    public KeyChanges {
        Objects.requireNonNull(nanoTime, "nanoTime");
        Objects.requireNonNull(random, "random");
        Objects.requireNonNull(memory, "memory");
    }

    /** Draws how long a key is used after its first chunk: from 60 to 120 s, all values with the same probability. */
    long drawNanos() {
        try (SecretBytes bytes = memory.allocate(Long.BYTES)) {
            random.fill(bytes.buffer());
            long drawn = bytes.buffer().getLong(0);
            // drawn * span / 2^64 for an unsigned number; halved and doubled, because the product is signed.
            return EARLIEST.toNanos() + Math.multiplyHigh(drawn >>> 1, 2 * SPAN_NANOS);
        }
    }
}
