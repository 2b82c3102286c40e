package io.saltunnel.core.secret;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/** Overwriting secrets with zeros. Any thread: nothing is kept between calls. */
public final class Wiping {

    private static final VarHandle BYTES = MethodHandles.arrayElementVarHandle(byte[].class);
    private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

    private static final byte[] ZEROS = new byte[4096];

    /** Below this, single stores are cheaper than a bulk copy. */
    private static final int COPY_THRESHOLD = 32;

    private Wiping() {}

    /**
     * Overwrites a range of a buffer with zeros; position and limit don't move. The compiler can't leave out the
     * stores: as far as it knows, others see a direct buffer's memory.
     *
     * @param buffer a writable buffer, usually direct
     * @param offset absolute index of the first byte to wipe
     * @param length number of bytes, 0 or more
     * @throws IndexOutOfBoundsException if the range isn't inside the buffer's limit; nothing is wiped then
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
     * Overwrites a heap array that belongs to one call with zeros. Each store is opaque, because the compiler may leave
     * out plain stores to an array that nothing reads afterwards. The collector may have copied the array before, and
     * the copies stay until their space is reused.
     *
     * @param array the array to wipe, a short one: each element is stored by itself
     */
    public static void wipe(long[] array) {
        for (int i = 0; i < array.length; i++) {
            LONGS.setOpaque(array, i, 0L);
        }
    }

    /**
     * Overwrites a range of a heap array with zeros, many at a time. Only for an array that outlives the call: the
     * array is kept alive after the stores, but these are plain.
     *
     * @param array the array to wipe
     * @param from index of the first element
     * @param to index behind the last
     * @throws IndexOutOfBoundsException if the range isn't inside the array; nothing is wiped then
     */
    public static void wipe(int[] array, int from, int to) {
        Objects.checkFromToIndex(from, to, array.length);
        try {
            Arrays.fill(array, from, to, 0);
        } finally {
            Reference.reachabilityFence(array);
        }
    }

    /**
     * Overwrites a heap array with zeros. Only for data that a library forces through the heap: the collector may have
     * copied the array before, and the copies stay until their space is reused.
     *
     * @param array the array to wipe
     */
    public static void wipe(byte[] array) {
        for (int i = 0; i < array.length; i++) {
            BYTES.setOpaque(array, i, (byte) 0);
        }
    }
}
