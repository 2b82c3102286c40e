package io.saltunnel.netty.memory;

/**
 * The purpose of a buffer. It decides how much of a {@link LockedBufferAllocator}'s bound may be in use after the
 * allocation.
 *
 * <p>Data from the plain side has to be sealed into other buffers before it leaves. Sealed data leaves only when the
 * peer reads. Data that the peer reads leaves by the peer's plain side. So each of these steps may use more of the
 * bound than the one before it. When buffers run out, the first steps wait, and the last ones continue and make room.
 * With one share for all steps, both ends could fill up with data for each other and wait forever.
 */
public enum BufferUse {
    /** To read plaintext that is to be sealed: up to half of the bound. */
    PLAINTEXT_READ(4),

    /** To seal into: up to three quarters. */
    SEALING(6),

    /** To read frames, including hellos: up to seven eighths. */
    WIRE_READ(7),

    /** For purposes that can't wait: the whole bound. */
    OTHER(8);

    private final int eighths;

    BufferUse(int eighths) {
        this.eighths = eighths;
    }

    /** Returns how many bytes of a bound may be in use after the allocation of such a buffer. */
    long shareOf(long maxBytes) {
        return maxBytes - maxBytes / 8 * (8 - eighths);
    }
}
