package io.saltunnel.netty.memory;

import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.util.internal.CleanableDirectBuffer;
import java.nio.ByteBuffer;

/** A buffer whose memory is a slot of its allocator, from birth to release, and through every change of capacity. */
final class LockedByteBuf extends UnpooledDirectByteBuf {
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    LockedByteBuf(LockedBufferAllocator allocator, int initialCapacity, int maxCapacity) {
        // Born empty: the constructor that allocates takes ordinary memory, in a way that can't be overridden.
        super(allocator, NOTHING, maxCapacity);
        capacity(initialCapacity);
    }

    /** All that this buffer ever has comes from here. */
    @Override
    protected CleanableDirectBuffer allocateDirectBuffer(int capacity) {
        return ((LockedBufferAllocator) alloc()).allocate(capacity);
    }
}
