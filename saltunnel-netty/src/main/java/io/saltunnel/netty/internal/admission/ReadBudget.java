package io.saltunnel.netty.internal.admission;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What a server reads of refused connections: {@value #BYTES_PER_SECOND} bytes a second of all of them together. A read
 * is paid for afterwards, and the next one of that connection waits until the budget has made up for it.
 *
 * <pre>
 *   read ──▶ pay(bytes) ──▶ wait ──▶ read ──▶ …
 * </pre>
 *
 * <p>Payments are served in their order. So in any time, no more is read than the rate allows, a burst of {@value
 * #BURST_BYTES} bytes, and one read of each connection. How long one waits depends only on how much is read of all, and
 * not on why it was refused. One for each server, shared by its event loops; any thread.
 */
public final class ReadBudget {
    /** The rate. It is far beyond what a client sends before it is refused, and costs little processor time. */
    public static final int BYTES_PER_SECOND = 1 << 20;

    /** What may be read at once after a pause. */
    public static final int BURST_BYTES = BYTES_PER_SECOND / 4;

    /** The least charge for a read, because even a read of one byte costs as much time as one of this size. */
    public static final int LEAST_CHARGE = 1024;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long BURST_NANOS = nanosFor(BURST_BYTES);

    private final LongSupplier nanoTime;

    /** When the budget will have made up for all payments so far. */
    private final AtomicLong settledAt;

    /**
     * An unused budget.
     *
     * @param nanoTime a clock that only goes forward, in nanoseconds; used by several threads
     */
    public ReadBudget(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.settledAt = new AtomicLong(nanoTime.getAsLong() - BURST_NANOS);
    }

    /**
     * Pays for a read.
     *
     * @param bytes what was read, 0 or more
     * @return how long to wait before the next read, in nanoseconds from 0
     */
    public long pay(long bytes) {
        long charge = nanosFor(Math.max(bytes, LEAST_CHARGE));
        long now = nanoTime.getAsLong();
        long unused = now - BURST_NANOS;
        // Clock readings are compared by their difference, because they may overflow.
        long settled = settledAt.updateAndGet(before -> (before - unused > 0 ? before : unused) + charge);
        return Math.max(0, settled - now);
    }

    private static long nanosFor(long bytes) {
        return bytes * SECOND_NANOS / BYTES_PER_SECOND;
    }
}
