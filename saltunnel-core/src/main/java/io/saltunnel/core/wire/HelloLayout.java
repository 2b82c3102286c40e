package io.saltunnel.core.wire;

import io.saltunnel.core.secret.ConstantTime;
import io.saltunnel.core.secret.Wiping;
import io.saltunnel.core.wire.MalformedHelloException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/** The common parts of both hellos: a version at the start, zeros at the end. */
final class HelloLayout {

    static final int PUBLIC_KEY_OFFSET = 8;
    static final int PUBLIC_KEY_SIZE = 32;

    private static final byte[] VERSION_BYTES = {0x06, 0x05, 0x28, (byte) 0x84, (byte) 0x9a, 0x61, 0x08, (byte) 0xc7};
    private static final ByteBuffer VERSION =
            ByteBuffer.wrap(VERSION_BYTES).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);

    private HelloLayout() {}

    /** Writes the version, and zeros over the padding. */
    static void frame(ByteBuffer target, int offset, int paddingOffset) {
        Objects.checkFromIndexSize(offset, Frame.HELLO_PLAINTEXT, target.limit());
        target.put(offset, VERSION_BYTES);
        Wiping.wipe(target, offset + paddingOffset, Frame.HELLO_PLAINTEXT - paddingOffset);
    }

    /** Checks the version, then the padding; each in constant time. */
    static void check(ByteBuffer plaintext, int offset, int paddingOffset) throws MalformedHelloException {
        Objects.checkFromIndexSize(offset, Frame.HELLO_PLAINTEXT, plaintext.limit());
        if (!ConstantTime.equal(plaintext, offset, VERSION, 0, VERSION_BYTES.length)) {
            throw new MalformedHelloException(Reason.WRONG_VERSION);
        }
        if (!ConstantTime.isZero(plaintext, offset + paddingOffset, Frame.HELLO_PLAINTEXT - paddingOffset)) {
            throw new MalformedHelloException(Reason.NONZERO_PADDING);
        }
    }

    static byte[] read(ByteBuffer plaintext, int offset, int length) {
        byte[] bytes = new byte[length];
        plaintext.get(offset, bytes);
        return bytes;
    }

    static byte[] copyOfSize(byte[] bytes, int size, String name) {
        if (bytes.length != size) {
            throw new IllegalArgumentException(name + " has " + bytes.length + " bytes, not " + size);
        }
        return bytes.clone();
    }

    static long bigEndian(ByteBuffer plaintext, int offset) {
        return inOrder(ByteOrder.BIG_ENDIAN, plaintext, plaintext.getLong(offset));
    }

    static long littleEndian(ByteBuffer plaintext, int offset) {
        return inOrder(ByteOrder.LITTLE_ENDIAN, plaintext, plaintext.getLong(offset));
    }

    static void putBigEndian(ByteBuffer target, int offset, long value) {
        target.putLong(offset, inOrder(ByteOrder.BIG_ENDIAN, target, value));
    }

    static void putLittleEndian(ByteBuffer target, int offset, long value) {
        target.putLong(offset, inOrder(ByteOrder.LITTLE_ENDIAN, target, value));
    }

    /** Converts between a field's byte order and the buffer's. */
    private static long inOrder(ByteOrder field, ByteBuffer buffer, long value) {
        return buffer.order() == field ? value : Long.reverseBytes(value);
    }
}
