package io.saltunnel.netty.internal.limit;

import java.util.concurrent.TimeUnit;

/**
 * How many strangers are accepted beside tunnels that carry data: so many at once, and so many in each millisecond
 * after that. Who proves the key gives back what accepting it took, so that clients are never slowed down by their own
 * number, and a flood has to share what refills.
 *
 * <pre>
 *   accepted ──takes 1──▶ [ up to 512 ] ◀──6 a millisecond and event loop──
 *                             ▲
 *                             └──gives 1 back── key proved
 * </pre>
 *
 * <p>Beside that, no more are accepted in one go of an event loop than an eighth of the strangers that there may be,
 * and no more are accepted and not yet heard than a quarter: a client whose first frame has come is heard before those
 * behind it could push it out, however long its event loop takes.
 *
 * <p>One for each tunnel, shared by its event loops. Every call takes a short lock.
 */
public final class AcceptBudget {
    /** How many may be accepted at once. */
    static final int BURST = 512;

    /**
     * What refills in a millisecond, for each event loop. A refused connection takes some 30 µs of one, so that a flood
     * gets a fifth of it.
     */
    static final int REFILL_PER_MILLISECOND = 6;

    private static final int GOES_PER_STRANGER = 8;
    private static final int STRANGERS_PER_UNHEARD = 4;

    /** What a go may take longer, 8 ms or so. */
    private static final int MAX_AT_ONCE = 256;

    /** Where there are no strangers. */
    private static final int APPLICATIONS_AT_ONCE = 64;

    private static final long NANOS_PER_MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

    private final boolean limited;
    private final int mostAtOnce;
    private final int mostUnheard;
    private final long nanosPerToken;
    private int tokens = BURST;
    private long refilledAt;
    private boolean started;

    private AcceptBudget(boolean limited, int loops, int mostAtOnce, int mostUnheard) {
        this.limited = limited;
        this.mostAtOnce = mostAtOnce;
        this.mostUnheard = mostUnheard;
        this.nanosPerToken = NANOS_PER_MILLISECOND / (REFILL_PER_MILLISECOND * (long) loops);
    }

    /**
     * A full budget.
     *
     * @param loops how many event loops the connections are spread over, 1 or more
     * @param strangers how many strangers there may be before the oldest has to go, 1 or more
     * @return to be shared
     */
    public static AcceptBudget of(int loops, int strangers) {
        return new AcceptBudget(
                true,
                loops,
                Math.max(1, Math.min(MAX_AT_ONCE, strangers / GOES_PER_STRANGER)),
                Math.max(1, strangers / STRANGERS_PER_UNHEARD));
    }

    /**
     * A budget without an end, for those who accept no strangers.
     *
     * @return to be shared
     */
    public static AcceptBudget unlimited() {
        return new AcceptBudget(false, 1, APPLICATIONS_AT_ONCE, Integer.MAX_VALUE);
    }

    /**
     * How many may be accepted in one go, whatever there is a budget for.
     *
     * @return 1 or more
     */
    int mostAtOnce() {
        return mostAtOnce;
    }

    /**
     * How many may have been accepted and not been heard, whatever there is a budget for.
     *
     * @return 1 or more; {@link Integer#MAX_VALUE} where there are no strangers
     */
    int mostUnheard() {
        return mostUnheard;
    }

    /**
     * What may be accepted now.
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

    /** A connection was accepted. Where no tunnel is busy, more are accepted than there is a budget for. */
    synchronized void take() {
        if (limited && tokens > 0) {
            tokens--;
        }
    }

    /** A connection that took its share has proved the key. */
    public synchronized void giveBack() {
        if (tokens < BURST) {
            tokens++;
        }
    }
}
