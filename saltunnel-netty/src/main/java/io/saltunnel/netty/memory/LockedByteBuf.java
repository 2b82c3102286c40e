package io.saltunnel.netty.memory;

import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.util.internal.CleanableDirectBuffer;

/** A buffer whose memory is a slot of its allocator, from birth to release, and through every change of capacity. */
final class LockedByteBuf extends UnpooledDirectByteBuf {
    LockedByteBuf(LockedBufferAllocator allocator, int initialCapacity, int maxCapacity) {
        super(allocator, initialCapacity, maxCapacity);
    }

    /** Called by the constructor too, when only {@link #alloc()} is set. */
    @Override
    protected CleanableDirectBuffer allocateDirectBuffer(int capacity) {
        return ((LockedBufferAllocator) alloc()).allocate(capacity);
    }
}
