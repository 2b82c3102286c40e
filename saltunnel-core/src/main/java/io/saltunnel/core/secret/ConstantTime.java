package io.saltunnel.core.secret;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Comparisons whose time depends on the length alone, never on the content or on where a difference lies.
 *
 * <p>Any thread: nothing is kept between calls.
 */
public final class ConstantTime {

    private ConstantTime() {}

    /**
     * Tells whether two stretches hold the same bytes. Offsets are absolute; positions and limits neither matter, but
     * for the bounds, nor move.
     *
     * @param a one buffer, heap or direct
     * @param aOffset where its stretch begins
     * @param b the other buffer; may be the same
     * @param bOffset where its stretch begins
     * @param length how many bytes to compare, from 0; with 0 the answer is true
     * @return true if all bytes are equal
     * @throws IndexOutOfBoundsException if a stretch isn't inside its buffer
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
     * Tells whether a stretch is all zeros.
     *
     * @param buffer the buffer, heap or direct; position and limit don't move
     * @param offset absolute index where the stretch begins
     * @param length how many bytes, from 0; with 0 the answer is true
     * @return true if every byte is zero
     * @throws IndexOutOfBoundsException if the stretch isn't inside the buffer
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
