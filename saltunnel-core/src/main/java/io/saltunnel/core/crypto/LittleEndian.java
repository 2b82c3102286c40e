package io.saltunnel.core.crypto;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Little-endian words in byte buffers, at absolute offsets of any alignment, regardless of the buffer's own byte order.
 *
 * <p>Buffers with an array take a separate path. A buffer view handles both kinds of memory, but the compiler generates
 * good code for it only if it has never met an array. When a few hellos came from arrays, all sealing and opening took
 * twice as long.
 *
 * <p>The separate path costs too, once it was taken: the compiler then keeps the question which path to take in every
 * loop. Sealing and opening took a fifth longer on Java 17. So the handshakes and the tunnels use direct buffers only, also
 * for what isn't secret, and only an embedder's buffers may have arrays.
 */
final class LittleEndian {

    private static final VarHandle INTS = view(int[].class);
    private static final VarHandle SHORTS = view(short[].class);
    private static final VarHandle LONGS = view(long[].class);

    private LittleEndian() {}

    private static VarHandle view(Class<?> words) {
        return MethodHandles.byteBufferViewVarHandle(words, ByteOrder.LITTLE_ENDIAN)
                .withInvokeExactBehavior();
    }

    static int getInt(ByteBuffer buffer, int offset) {
        return buffer.hasArray() ? InArray.getInt(buffer, offset) : (int) INTS.get(buffer, offset);
    }

    static void putInt(ByteBuffer buffer, int offset, int value) {
        if (buffer.hasArray()) {
            InArray.putInt(buffer, offset, value);
        } else {
            INTS.set(buffer, offset, value);
        }
    }

    static void putShort(ByteBuffer buffer, int offset, short value) {
        if (buffer.hasArray()) {
            InArray.putShort(buffer, offset, value);
        } else {
            SHORTS.set(buffer, offset, value);
        }
    }

    static long getLong(ByteBuffer buffer, int offset) {
        return buffer.hasArray() ? InArray.getLong(buffer, offset) : (long) LONGS.get(buffer, offset);
    }

    static void putLong(ByteBuffer buffer, int offset, long value) {
        if (buffer.hasArray()) {
            InArray.putLong(buffer, offset, value);
        } else {
            LONGS.set(buffer, offset, value);
        }
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

    /** Throws if a range passes the buffer's limit. */
    static void check(ByteBuffer buffer, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffer.limit());
    }

    /** The words of buffers with an array. */
    @SuppressWarnings("ByteBufferBackingArray") // index() includes the array's offset
    private static final class InArray {

        private static final VarHandle INTS = view(int[].class);
        private static final VarHandle SHORTS = view(short[].class);
        private static final VarHandle LONGS = view(long[].class);

        private static VarHandle view(Class<?> words) {
            return MethodHandles.byteArrayViewVarHandle(words, ByteOrder.LITTLE_ENDIAN)
                    .withInvokeExactBehavior();
        }

        private static int index(ByteBuffer buffer, int offset, int size) {
            return buffer.arrayOffset() + Objects.checkFromIndexSize(offset, size, buffer.limit());
        }

        static int getInt(ByteBuffer buffer, int offset) {
            return (int) INTS.get(buffer.array(), index(buffer, offset, Integer.BYTES));
        }

        static void putInt(ByteBuffer buffer, int offset, int value) {
            INTS.set(buffer.array(), index(buffer, offset, Integer.BYTES), value);
        }

        static void putShort(ByteBuffer buffer, int offset, short value) {
            SHORTS.set(buffer.array(), index(buffer, offset, Short.BYTES), value);
        }

        static long getLong(ByteBuffer buffer, int offset) {
            return (long) LONGS.get(buffer.array(), index(buffer, offset, Long.BYTES));
        }

        static void putLong(ByteBuffer buffer, int offset, long value) {
            LONGS.set(buffer.array(), index(buffer, offset, Long.BYTES), value);
        }
    }
}
