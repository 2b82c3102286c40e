package io.saltunnel.core.crypto;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Buffers as memory segments. What a vector is read from has to be one, and single words, too, are read faster: a segment of native memory
 * has no array, and the compiler needn't find that out.
 */
final class Segments {

    /** Little-endian words of any alignment. */
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Little-endian half words of any alignment. */
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Segments() {}

    /** A buffer from index 0 to its limit, wherever its position is. */
    static MemorySegment whole(ByteBuffer buffer) {
        return MemorySegment.ofBuffer(
                buffer.position() == 0 ? buffer : buffer.duplicate().position(0));
    }
}
