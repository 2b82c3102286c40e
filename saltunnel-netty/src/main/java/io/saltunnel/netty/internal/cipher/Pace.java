package io.saltunnel.netty.internal.cipher;

import io.saltunnel.core.wire.Frame;

/**
 * How many frames a connection may send at each tick of its {@link PaceClock}. Frames are due by the number of the tick
 * alone. What a late or blocked tick has left out is made up for only within the most frames of one tick. Not safe for
 * use by several threads.
 */
final class Pace {
    private static final long BYTES_PER_FRAME_AND_TICKS = (long) Frame.SIZE * PaceClock.TICKS_PER_SECOND;

    private final long bytesPerSecond;
    private final long start;
    private long last;

    /**
     * A pace that begins.
     *
     * @param bytesPerSecond the rate
     * @param start the number of the tick before the first one
     */
    Pace(long bytesPerSecond, long start) {
        this.bytesPerSecond = bytesPerSecond;
        this.start = start;
        this.last = start;
    }

    /** The frames due at a tick. Its number is larger than that of the call before. */
    int framesAt(long tick) {
        long due = framesUntil(tick) - framesUntil(last);
        last = tick;
        return (int) Math.min(due, maxFramesPerTick());
    }

    private int maxFramesPerTick() {
        return (int) ceilDiv(bytesPerSecond, BYTES_PER_FRAME_AND_TICKS);
    }

    /** The ticks after which so much data has left, as long as no frame is left out. */
    long ticksFor(long dataBytes) {
        return ceilDiv(ceilDiv(dataBytes, Frame.MAX_DATA) * BYTES_PER_FRAME_AND_TICKS, bytesPerSecond);
    }

    private long framesUntil(long tick) {
        return (tick - start) * bytesPerSecond / BYTES_PER_FRAME_AND_TICKS;
    }

    /** The last tick of the full second that a tick is in, counted from the start of the pace. */
    long lastTickOfSecond(long tick) {
        return start + ceilDiv(tick - start, PaceClock.TICKS_PER_SECOND) * PaceClock.TICKS_PER_SECOND;
    }

    /** Rounds up a quotient of numbers that aren't negative. */
    private static long ceilDiv(long dividend, long divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
