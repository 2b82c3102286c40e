package io.saltunnel.netty.stage;

/**
 * What somebody who watches the wire can tell from the sizes and times of what this end sends. It says nothing about the
 * other direction, which is the other end's own. Version 2 of the protocol is needed for all but {@link #asWritten()}.
 *
 * <p>Immutable; any thread.
 */
public sealed interface TrafficShape {
    /** The lowest rate of {@link #paced}: one frame a second. */
    long MIN_BYTES_PER_SECOND = 512;

    /** The highest rate of {@link #paced}. */
    long MAX_BYTES_PER_SECOND = 100_000_000;

    /**
     * Data leaves as soon as it is flushed, in as few frames as hold it. Sizes and times show how much is said, and
     * when.
     *
     * @return the default
     */
    static TrafficShape asWritten() {
        return AsWritten.INSTANCE;
    }

    /**
     * Frames leave steadily, from the end of the handshake until the stream ends: with data if there is some, with
     * padding if not, and never more. At a random moment in every 10 ms the frames of these 10 ms leave. The stream's end
     * is sealed in the first frame after a full second, so that a stream lasts a whole number of seconds. Frames that
     * can't be sent, because the network or the other end is slow, are left out and not made up for; data waits for the
     * next ones.
     *
     * @param bytesPerSecond frames on the wire of 512 bytes each, without TCP's headers: from
     *     {@value #MIN_BYTES_PER_SECOND} to {@value #MAX_BYTES_PER_SECOND}. 494 of 512 bytes are data at best
     * @return a shape
     * @throws IllegalArgumentException if the rate is out of these bounds
     */
    static TrafficShape paced(long bytesPerSecond) {
        return new Paced(bytesPerSecond);
    }

    /**
     * Each flush is padded to a burst of 1, 2, 4, 8, 16, 32, 64 or 128 frames, or of a multiple of 128. A burst of one
     * frame leaves at the next multiple of 5 ms of a clock. It costs at most twice the bytes, and 5 ms. It blurs how much
     * is said, and hides when only within these 5 ms.
     *
     * @return a shape
     */
    static TrafficShape bursts() {
        return Bursts.INSTANCE;
    }

    /**
     * Whether this is any other shape than {@link #asWritten()}, so that padding is needed.
     *
     * @return true if so
     */
    default boolean needsPadding() {
        return !(this instanceof AsWritten);
    }

    /** {@link #asWritten()}. */
    enum AsWritten implements TrafficShape {
        /** The only one. */
        INSTANCE
    }

    /**
     * {@link #paced}.
     *
     * @param bytesPerSecond the rate
     */
    record Paced(long bytesPerSecond) implements TrafficShape {
        /**
         * Checks the rate.
         *
         * @throws IllegalArgumentException if it is out of the bounds of {@link #paced}
         */
        public Paced {
            if (bytesPerSecond < MIN_BYTES_PER_SECOND || bytesPerSecond > MAX_BYTES_PER_SECOND) {
                throw new IllegalArgumentException("a pace must be from " + MIN_BYTES_PER_SECOND + " to "
                        + MAX_BYTES_PER_SECOND + " bytes a second, not " + bytesPerSecond);
            }
        }
    }

    /** {@link #bursts()}. */
    enum Bursts implements TrafficShape {
        /** The only one. */
        INSTANCE
    }
}
