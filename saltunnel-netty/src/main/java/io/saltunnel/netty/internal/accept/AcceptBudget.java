package io.saltunnel.netty.internal.accept;

import io.saltunnel.netty.internal.admission.UnauthenticatedPeers;
import java.util.concurrent.TimeUnit;

/**
 * How many connections a server accepts while tunnels carry data: a burst at once, then a number per millisecond. A
 * connection that proves the key returns what accepting it took from the budget. So clients never slow each other down,
 * and only a flood depends on the refill.
 *
 * <pre>
 *   accepted ──takes 1──▶ [ up to 512 ] ◀──6 a millisecond and event loop──
 *                             ▲
 *                             └──gives 1 back── key proved
 * </pre>
 *
 * <p>Two more bounds follow from the budget for {@linkplain UnauthenticatedPeers unauthenticated peers}: one batch of
 * an event loop accepts at most an eighth of that budget, and at most a quarter of it may be {@linkplain Newcomers
 * newcomers}. So the server reads a client's first frame before newer connections push the client out, even if its
 * event loop is slow.
 *
 * <p>One for each server, shared by its event loops. Every call takes a short lock.
 */
public final class AcceptBudget {
    /** The most connections accepted at once. */
    static final int BURST = 512;

    /**
     * The refill per millisecond, for each event loop. A refused connection takes some 30 µs of a loop, so a flood gets
     * about a fifth of the loop's time.
     */
    static final int REFILL_PER_MILLISECOND = 6;

    private static final int BATCHES_PER_UNAUTHENTICATED = 8;
    private static final int UNAUTHENTICATED_PER_NEWCOMERS = 4;

    /** A batch of this size takes about 8 ms. */
    private static final int MAX_BATCH = 256;

    private static final long NANOS_PER_MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    private volatile int maxBatch;
    private volatile int maxNewcomers;
    private final long nanosPerToken;
    private int tokens = BURST;
    private long refilledAt;
    private boolean started;

    /**
     * A full budget.
     *
     * @param loops the number of event loops that the connections are spread over, 1 or more
     * @param maxUnauthenticated the number of unauthenticated peers before the oldest is evicted, 1 or more
     */
    public AcceptBudget(int loops, int maxUnauthenticated) {
        this.maxBatch = batchOf(maxUnauthenticated);
        this.maxNewcomers = newcomersOf(maxUnauthenticated);
        this.nanosPerToken = NANOS_PER_MILLISECOND / (REFILL_PER_MILLISECOND * (long) loops);
    }

    /**
     * Applies another budget for unauthenticated peers from now on. The pace stays.
     *
     * @param maxUnauthenticated the number of unauthenticated peers before the oldest is evicted, 1 or more
     */
    public void resize(int maxUnauthenticated) {
        maxBatch = batchOf(maxUnauthenticated);
        maxNewcomers = newcomersOf(maxUnauthenticated);
    }

    private static int batchOf(int maxUnauthenticated) {
        return Math.max(1, Math.min(MAX_BATCH, maxUnauthenticated / BATCHES_PER_UNAUTHENTICATED));
    }

    private static int newcomersOf(int maxUnauthenticated) {
        return Math.max(1, maxUnauthenticated / UNAUTHENTICATED_PER_NEWCOMERS);
    }

    /**
     * The most connections accepted in one batch, independent of what is left in the budget.
     *
     * @return 1 to 256
     */
    int maxBatch() {
        return maxBatch;
    }

    /**
     * The most connections that were accepted and not read from yet, independent of what is left in the budget.
     *
     * @return 1 or more
     */
    int maxNewcomers() {
        return maxNewcomers;
    }

    /**
     * The number of connections that may be accepted now.
     *
     * @param nanos the time, on any clock that only goes forward
     * @return from 0 to {@value #BURST}
     */
    synchronized int available(long nanos) {
        if (!started) {
            started = true;
            refilledAt = nanos;
        }
        long refill = (nanos - refilledAt) / nanosPerToken;
        refilledAt += refill * nanosPerToken;
        tokens = (int) Math.min(BURST, tokens + refill);
        return tokens;
    }

    /**
     * Counts an accepted connection. The budget may be empty, because the server ignores it while no tunnel carries
     * data.
     */
    synchronized void take() {
        if (tokens > 0) {
            tokens--;
        }
    }

    /** Returns what a connection took from the budget, because it has proved the key. */
    public synchronized void giveBack() {
        if (tokens < BURST) {
            tokens++;
        }
    }
}
