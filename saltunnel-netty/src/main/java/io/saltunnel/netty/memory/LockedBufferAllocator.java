package io.saltunnel.netty.memory;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.util.internal.CleanableDirectBuffer;

/**
 * The buffers that plaintext and ciphertext travel in: direct memory, locked (never swapped), left out of core dumps, and wiped when a buffer is released. No buffer of this allocator ever has an array on the Java heap, whatever is
 * asked for.
 *
 * <p>Memory comes from {@link BufferPool}s of fixed-size slots, so that a buffer costs no system call and hardly ever a wait for another thread; larger buffers are mapped one by one. What a burst has mapped is given back when it is over. The pools together are bounded: beyond the bound, allocation fails with
 * {@link BufferLimitException}. Any thread; a buffer may be released on another thread than the one that allocated it.
 *
 * <p>For the channels of a bootstrap:
 *
 * {@snippet class="io.saltunnel.examples.snippets.Handlers" region="locked-buffers"}
 */
public final class LockedBufferAllocator extends AbstractByteBufAllocator implements AutoCloseable {
    private final BufferMemory memory;

    /**
     * An allocator that has mapped nothing yet.
     *
     * @param maxBytes the most memory that it maps at any time
     */
    public LockedBufferAllocator(long maxBytes) {
        super(true);
        this.memory = new BufferMemory(maxBytes);
    }

    /**
     * An allocator with the default bound: as much as the Java heap may have, 32 MiB at least and 1 GiB at most.
     *
     * @return a new allocator
     */
    public static LockedBufferAllocator create() {
        long heap = Runtime.getRuntime().maxMemory();
        return new LockedBufferAllocator(Math.max(32L << 20, Math.min(1L << 30, heap)));
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return newDirectBuffer(initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        return toLeakAwareBuffer(new LockedByteBuf(this, initialCapacity, maxCapacity));
    }

    CleanableDirectBuffer allocate(int capacity) {
        return memory.allocate(capacity);
    }

    /** Always: a buffer costs no system call. */
    @Override
    public boolean isDirectBufferPooled() {
        return true;
    }

    /**
     * Whether the last quarter of the bound has been reached. It is meant for sealing what was read before: who reads should wait until this is over, since what is sealed makes room, and what is read takes it.
     *
     * @return true if more than three quarters are in use
     */
    public boolean isScarce() {
        return memory.isScarce();
    }

    /**
     * How much memory is mapped.
     *
     * @return bytes, in use or kept for reuse
     */
    public long mappedBytes() {
        return memory.mappedBytes();
    }

    /**
     * How much of it could not be locked.
     *
     * @return bytes
     */
    public long unlockedBytes() {
        return memory.unlockedBytes();
    }

    /**
     * How many buffers are in use.
     *
     * @return allocated and not yet released; buffers without memory of their own (of capacity 0, or composed of others) don't count, so that only Netty's leak detection finds those
     */
    public long buffersInUse() {
        return memory.buffersInUse();
    }

    /** Gives the memory back: what is free at once, the rest when the last buffer is released. Allocation fails from then on. */
    @Override
    public void close() {
        memory.close();
    }
}
