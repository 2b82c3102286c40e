package io.saltunnel.core.handshake;

import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Views the message at the position of a caller's buffer. */
final class HandshakeFrame {

    private HandshakeFrame() {}

    /** Returns a little-endian view of 512 bytes; the caller's position, limit and order don't change. */
    static ByteBuffer at(ByteBuffer buffer) {
        if (buffer.remaining() < Frame.SIZE) {
            throw new IllegalArgumentException("a frame has 512 bytes, and there are " + buffer.remaining());
        }
        return view(buffer, Frame.SIZE);
    }

    /** Returns a little-endian view of some frames; the caller's position, limit and order don't change. */
    static ByteBuffer at(ByteBuffer buffer, int frames) {
        int size = frames * Frame.SIZE;
        if (buffer.remaining() < size) {
            throw new IllegalArgumentException(
                    frames + " frames have " + size + " bytes, and there are " + buffer.remaining());
        }
        return view(buffer, size);
    }

    private static ByteBuffer view(ByteBuffer buffer, int size) {
        if (buffer.isReadOnly()) {
            throw new IllegalArgumentException("frames are sealed, opened and wiped in place, and this is read-only");
        }
        return buffer.slice(buffer.position(), size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
