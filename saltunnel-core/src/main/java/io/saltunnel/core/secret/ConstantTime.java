package io.saltunnel.core.secret;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Comparisons whose time depends only on the length, never on the content or on the position of a difference.
 *
 * <p>Any thread: nothing is kept between calls.
 */
public final class ConstantTime {

    private ConstantTime() {}

    /**
     * Tells whether two ranges hold the same bytes. Offsets are absolute; positions don't matter, limits only bound the
     * ranges, and neither moves.
     *
     * @param a one buffer, heap or direct
     * @param aOffset where its range begins
     * @param b the other buffer; may be the same
     * @param bOffset where its range begins
     * @param length how many bytes to compare, from 0; with 0 the answer is true
     * @return true if all bytes are equal
     * @throws IndexOutOfBoundsException if a range isn't inside its buffer
     */
    public static boolean equal(ByteBuffer a, int aOffset, ByteBuffer b, int bOffset, int length) {
        Objects.checkFromIndexSize(aOffset, length, a.limit());
        Objects.checkFromIndexSize(bOffset, length, b.limit());
        long difference = 0;
        int i = 0;
        if (a.order() == b.order()) {
            for (; i <= length - Long.BYTES; i += Long.BYTES) {
                difference |= a.getLong(aOffset + i) ^ b.getLong(bOffset + i);
            }
        }
        for (; i < length; i++) {
            difference |= a.get(aOffset + i) ^ b.get(bOffset + i);
        }
        return difference == 0;
    }

    /**
     * Tells whether a range is all zeros.
     *
     * @param buffer the buffer, heap or direct; position and limit don't move
     * @param offset absolute index where the range begins
     * @param length how many bytes, from 0; with 0 the answer is true
     * @return true if every byte is zero
     * @throws IndexOutOfBoundsException if the range isn't inside the buffer
     */
    public static boolean isZero(ByteBuffer buffer, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffer.limit());
        long bits = 0;
        int i = 0;
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
            bits |= buffer.getLong(offset + i);
        }
        for (; i < length; i++) {
            bits |= buffer.get(offset + i);
        }
        return bits == 0;
    }
}
