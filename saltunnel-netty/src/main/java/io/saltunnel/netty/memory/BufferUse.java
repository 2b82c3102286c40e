package io.saltunnel.netty.memory;

/**
 * What a buffer is for, which decides how much of a {@link LockedBufferAllocator}'s bound may be in use once it has it.
 *
 * <p>What is read from the plain side has to be sealed into other buffers before it leaves, what is sealed leaves only
 * when the peer reads, and what the peer reads leaves by its plain side. So each of these steps may go further into the
 * bound than the one before it: when buffers run out, the first steps wait, and the last ones go on and make room. With
 * one bound for all, two ends could fill up with data for each other and wait for ever.
 */
public enum BufferUse {
    /** To read plaintext that is to be sealed: up to half of the bound. */
    PLAINTEXT_READ(4),

    /** To seal into: up to three quarters. */
    SEALING(6),

    /** To read frames, hellos too: up to seven eighths. */
    WIRE_READ(7),

    /** Whatever can't wait: all of it. */
    OTHER(8);

    private final int eighths;

    BufferUse(int eighths) {
        this.eighths = eighths;
    }

    /** So many bytes of a bound may be in use when such a buffer has its memory. */
    long shareOf(long maxBytes) {
        return maxBytes - maxBytes / 8 * (8 - eighths);
    }
}
