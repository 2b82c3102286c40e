package io.saltunnel.netty.memory;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.util.internal.CleanableDirectBuffer;
import io.saltunnel.netty.memory.BufferPool.Slot;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A buffer whose memory is its allocator's, from birth to release, and through every change of capacity. At home in a
 * slot it is lent with that, over and over; one that outgrew its slot, or never had one, is used once.
 */
final class LockedByteBuf extends UnpooledDirectByteBuf {
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private @Nullable Slot home;

    /** From index 0 to the capacity, which is its limit. There may be more behind that. */
    private @Nullable ByteBuffer memory;

    /** One that is used once. */
    LockedByteBuf(LockedBufferAllocator allocator, int initialCapacity, int maxCapacity) {
        // Born empty: the constructor that allocates takes ordinary memory, in a way that can't be overridden.
        super(allocator, NOTHING, maxCapacity);
        capacity(initialCapacity);
    }

    /** One that is at home in a slot, and not lent yet. */
    LockedByteBuf(LockedBufferAllocator allocator, Slot home) {
        super(allocator, NOTHING, Integer.MAX_VALUE);
        this.home = home;
        super.capacity(home.buffer().capacity());
    }

    /** It is lent, as good as new. */
    void begin(int capacity, int maxCapacity) {
        resetRefCnt();
        maxCapacity(maxCapacity);
        memory().limit(capacity);
        clear().markReaderIndex().markWriterIndex();
    }

    @Override
    public int capacity() {
        return memory == null ? 0 : memory.limit();
    }

    @Override
    public ByteBuf capacity(int newCapacity) {
        checkNewCapacity(newCapacity);
        int oldCapacity = capacity();
        if (newCapacity > super.capacity()) {
            outgrow(newCapacity);
        } else if (newCapacity < oldCapacity) {
            setZero(newCapacity, oldCapacity - newCapacity);
            trimIndicesToCapacity(newCapacity);
        }
        if (newCapacity != oldCapacity) {
            memory().limit(newCapacity);
        }
        return this;
    }

    private void outgrow(int newCapacity) {
        if (home != null) {
            home.forget();
        }
        super.capacity(newCapacity); // copies, and gives the old memory back
        home = null;
    }

    /** What it moves into at first is its home; what it outgrows that with comes from the allocator. */
    @Override
    protected CleanableDirectBuffer allocateDirectBuffer(int capacity) {
        CleanableDirectBuffer next =
                memory == null && home != null ? home : ((LockedBufferAllocator) alloc()).allocate(capacity);
        memory = next.buffer();
        return next;
    }

    private ByteBuffer memory() {
        return Objects.requireNonNull(memory);
    }

    @Override
    protected void deallocate() {
        if (home == null) {
            super.deallocate();
        } else {
            home.clean();
        }
    }
}
