package io.saltunnel.core.handshake;

import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Views the frame at the position of a caller's buffer. */
final class HandshakeFrame {

    private HandshakeFrame() {}

    /** Returns a little-endian view of 512 bytes; the caller's position, limit and order don't change. */
    static ByteBuffer at(ByteBuffer buffer) {
        if (buffer.remaining() < Frame.SIZE) {
            throw new IllegalArgumentException("a frame has 512 bytes, and there are " + buffer.remaining());
        }
        if (buffer.isReadOnly()) {
            throw new IllegalArgumentException("frames are sealed, opened and wiped in place, and this is read-only");
        }
        return buffer.slice(buffer.position(), Frame.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    }
}
