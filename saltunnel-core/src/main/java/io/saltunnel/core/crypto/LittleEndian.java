package io.saltunnel.core.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/** Little-endian words in byte buffers, at absolute offsets of any alignment, whatever byte order the buffer itself has. */
final class LittleEndian {

    private static final VarHandle INTS = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();
    private static final VarHandle SHORTS = MethodHandles.byteBufferViewVarHandle(
                    short[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();
    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN)
            .withInvokeExactBehavior();

    private LittleEndian() {}

    static int getInt(ByteBuffer buffer, int offset) {
        return (int) INTS.get(buffer, offset);
    }

    static void putInt(ByteBuffer buffer, int offset, int value) {
        INTS.set(buffer, offset, value);
    }

    static void putShort(ByteBuffer buffer, int offset, short value) {
        SHORTS.set(buffer, offset, value);
    }

    static long getLong(ByteBuffer buffer, int offset) {
        return (long) LONGS.get(buffer, offset);
    }

    static void putLong(ByteBuffer buffer, int offset, long value) {
        LONGS.set(buffer, offset, value);
    }

    /** Reads {@code count} (0..8) bytes as the low bytes of a word; the others are zero. */
    static long getPartialLong(ByteBuffer buffer, int offset, int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= (buffer.get(offset + i) & 0xffL) << (8 * i);
        }
        return value;
    }

    /** Writes the low {@code count} (0..8) bytes of a word. */
    static void putPartialLong(ByteBuffer buffer, int offset, int count, long value) {
        for (int i = 0; i < count; i++) {
            buffer.put(offset + i, (byte) (value >>> (8 * i)));
        }
    }

    /** Fills a range with zeros. */
    static void wipe(ByteBuffer buffer, int offset, int length) {
        int end = offset + length;
        int at = offset;
        for (; at <= end - Long.BYTES; at += Long.BYTES) {
            LONGS.set(buffer, at, 0L);
        }
        for (; at < end; at++) {
            buffer.put(at, (byte) 0);
        }
    }

    /** Refuses a range that leaves the buffer's limit. */
    static void check(ByteBuffer buffer, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffer.limit());
    }
}
