package io.saltunnel.core.wire;

import io.saltunnel.core.secret.ConstantTime;
import io.saltunnel.core.secret.Wiping;
import io.saltunnel.core.wire.MalformedHelloException.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/** The common parts of all hellos: a version at the start, then a public key, zeros at the end. */
final class HelloLayout {

    static final int PUBLIC_KEY_OFFSET = 8;
    static final int PUBLIC_KEY_SIZE = 32;

    private static final ProtocolVersion[] VERSIONS = ProtocolVersion.values();

    private HelloLayout() {}

    /** Writes the version, and zeros from the padding's offset to the end of a hello of this size. */
    static void frame(ByteBuffer target, int offset, int size, ProtocolVersion version, int paddingOffset) {
        Objects.checkFromIndexSize(offset, size, target.limit());
        putLittleEndian(target, offset, version.field());
        Wiping.wipe(target, offset + paddingOffset, size - paddingOffset);
    }

    /** Checks the version, then the padding; each in constant time. */
    static void check(ByteBuffer plaintext, int offset, int size, ProtocolVersion version, int paddingOffset)
            throws MalformedHelloException {
        Objects.checkFromIndexSize(offset, size, plaintext.limit());
        if (!hasVersion(plaintext, offset, version)) {
            throw new MalformedHelloException(Reason.WRONG_VERSION);
        }
        if (!ConstantTime.isZero(plaintext, offset + paddingOffset, size - paddingOffset)) {
            throw new MalformedHelloException(Reason.NONZERO_PADDING);
        }
    }

    /** Reads the version of a hello that may have any version. Always compares the field with every version. */
    static ProtocolVersion version(ByteBuffer plaintext, int offset) throws MalformedHelloException {
        ProtocolVersion found = null;
        for (ProtocolVersion version : VERSIONS) {
            if (hasVersion(plaintext, offset, version)) {
                found = version;
            }
        }
        if (found == null) {
            throw new MalformedHelloException(Reason.WRONG_VERSION);
        }
        return found;
    }

    /** Compares the field with one version's, in constant time: as one word. */
    private static boolean hasVersion(ByteBuffer plaintext, int offset, ProtocolVersion version) {
        return (littleEndian(plaintext, offset) ^ version.field()) == 0;
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
