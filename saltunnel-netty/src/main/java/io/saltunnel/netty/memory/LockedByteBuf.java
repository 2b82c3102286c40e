package io.saltunnel.netty.memory;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.util.internal.CleanableDirectBuffer;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A buffer in its allocator's memory from creation to release, through every change of capacity. A buffer that belongs
 * to a slot is lent together with the slot, many times. A buffer that has outgrown its slot, or never had one, is used
 * once.
 */
final class LockedByteBuf extends UnpooledDirectByteBuf {
    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    /** The memory in which a buffer begins, and which is lent with it. */
    interface Home extends CleanableDirectBuffer {
        /** The buffer is about to move to other memory. */
        void forget();
    }

    /** Gives memory to buffers that have outgrown theirs. */
    interface Growth {
        /** Memory of at least this capacity, which belongs to the buffer. */
        CleanableDirectBuffer allocate(int capacity);
    }

    private final Growth growth;
    private @Nullable Home home;

    /** The buffer's memory. Its limit is the capacity; there may be more memory behind the limit. */
    private @Nullable ByteBuffer memory;

    /** A buffer that is used once. */
    LockedByteBuf(ByteBufAllocator allocator, Growth growth, int initialCapacity, int maxCapacity) {
        // Created empty, because Netty's allocating constructor takes ordinary memory, and this can't be overridden.
        super(allocator, NOTHING, maxCapacity);
        this.growth = growth;
        capacity(initialCapacity);
    }

    /** A buffer that belongs to a slot, and isn't lent yet. */
    LockedByteBuf(ByteBufAllocator allocator, Growth growth, Home home) {
        super(allocator, NOTHING, Integer.MAX_VALUE);
        this.growth = growth;
        this.home = home;
        super.capacity(home.buffer().capacity());
    }

    /** Resets the buffer when it is lent. */
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
        super.capacity(newCapacity); // copies, and releases the old memory
        home = null;
    }

    /** The buffer's first memory is its slot. Memory for growth comes from elsewhere. */
    @Override
    protected CleanableDirectBuffer allocateDirectBuffer(int capacity) {
        CleanableDirectBuffer next = memory == null && home != null ? home : growth.allocate(capacity);
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
