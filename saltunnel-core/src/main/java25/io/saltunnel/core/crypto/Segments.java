package io.saltunnel.core.crypto;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Buffers as memory segments. Vectors can only be read from segments. Single words are read faster too: a segment of
 * native memory has no array, so the compiler doesn't have to check for one.
 *
 * <p>A segment is three objects. Pools lend the same few buffers again and again, so some segments are kept. One thread
 * at a time.
 */
final class Segments {

    /** Little-endian words of any alignment. */
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Little-endian half words of any alignment. */
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** A power of two. */
    private static final int KEPT = 16;

    /** The segments of larger buffers aren't kept, because they would keep the buffers' memory. */
    private static final int MAX_KEPT_BYTES = 1 << 16;

    private final @Nullable ByteBuffer[] buffers = new ByteBuffer[KEPT];
    private final MemorySegment[] segments = new MemorySegment[KEPT];

    /** All of a buffer, whatever its position and limit are. */
    @SuppressWarnings("ReferenceEquality") // equals would compare the buffers' content
    MemorySegment of(ByteBuffer buffer) {
        int place = System.identityHashCode(buffer) & KEPT - 1;
        if (buffers[place] == buffer) {
            return segments[place];
        }
        MemorySegment segment = MemorySegment.ofBuffer(buffer.duplicate().clear());
        if (segment.byteSize() <= MAX_KEPT_BYTES) {
            buffers[place] = buffer;
            segments[place] = segment;
        }
        return segment;
    }
}
