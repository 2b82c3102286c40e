package io.saltunnel.core.handshake;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The second in which a server started. If the clock was ahead then and was set back since, that second has an earlier
 * number now; a monotonic clock tells by how much.
 *
 * <p>The two clocks are read in an order in which a pause between the reads looks like a clock that was set forward,
 * which changes nothing. Immutable: any thread may use it, if its clocks allow that.
 */
final class ServerStart implements LongSupplier {

    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final long firstSecond;
    private final long startNanos;

    /** Records that the server starts now. */
    ServerStart(InstantSource clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.firstSecond = clock.instant().getEpochSecond();
        this.startNanos = nanoTime.getAsLong();
    }

    /** A start that was recorded before: it was this second when the monotonic clock had this time. */
    ServerStart(InstantSource clock, LongSupplier nanoTime, long firstSecond, long startNanos) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.firstSecond = firstSecond;
        this.startNanos = startNanos;
    }

    /** The second of the start, by the clock as it was set then or as it is set now, whichever is earlier. */
    @Override
    public long getAsLong() {
        long elapsedNanos = nanoTime.getAsLong() - startNanos;
        long secondByTodaysClock = clock.instant().minusNanos(elapsedNanos).getEpochSecond();
        return Math.min(firstSecond, secondByTodaysClock);
    }
}
