package io.saltunnel.core.secret;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/** Overwriting secrets with zeros. Any thread: nothing is kept between calls. */
public final class Wiping {

    private static final byte[] ZEROS = new byte[4096];

    /** Below this, single stores are cheaper than a call to copy. */
    private static final int COPY_THRESHOLD = 32;

    private Wiping() {}

    /**
     * Overwrites a stretch of a buffer with zeros; position and limit don't move. The stores can't be left out by the
     * compiler: a direct buffer's memory is visible to others as far as it knows.
     *
     * @param buffer a writable buffer, usually direct
     * @param offset absolute index of the first byte to wipe
     * @param length number of bytes, 0 or more
     * @throws IndexOutOfBoundsException if the stretch isn't inside the buffer's limit; nothing is wiped then
     * @throws java.nio.ReadOnlyBufferException if the buffer is read-only and {@code length} isn't 0
     */
    public static void wipe(ByteBuffer buffer, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffer.limit());
        int end = offset + length;
        int at = offset;
        if (length >= COPY_THRESHOLD) {
            for (int step; at < end; at += step) {
                step = Math.min(ZEROS.length, end - at);
                buffer.put(at, ZEROS, 0, step);
            }
        } else {
            while (at < end) {
                buffer.put(at++, (byte) 0);
            }
        }
    }

    /**
     * Overwrites a heap array with zeros. Only for what a library forces through the heap: the collector may have
     * copied the array before, and those copies stay until their space is used again.
     *
     * @param array the array to wipe
     */
    public static void wipe(byte[] array) {
        try {
            Arrays.fill(array, (byte) 0);
        } finally {
            // Keeps the fill: without it, the compiler may find that nobody reads the array any more.
            Reference.reachabilityFence(array);
        }
    }
}
