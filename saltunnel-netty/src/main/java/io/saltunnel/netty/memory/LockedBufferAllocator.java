package io.saltunnel.netty.memory;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.internal.CleanableDirectBuffer;

/**
 * The buffers that plaintext and ciphertext travel in: direct memory, locked (never swapped), left out of core dumps,
 * and wiped when a buffer is released. No buffer of this allocator ever has an array on the Java heap, whatever is
 * asked for.
 *
 * <p>Memory comes from pools of fixed-size slots, so that a buffer costs no system call and hardly ever a wait for
 * another thread; what is larger than 64 KiB is mapped one by one. What a burst has mapped is given back when it is
 * over. All of it together is bounded: beyond the bound, allocation, and growing a buffer, fails with {@link
 * BufferLimitException}; after {@link #close()} with {@link IllegalStateException}; and where memory has to be locked,
 * and can't, with {@link io.saltunnel.core.secret.MemoryLockException}.
 *
 * <p>A buffer that was released is used again, object and memory, as those of Netty's own pools are: nobody may touch
 * it any more. Where Netty's leak detection is paranoid when the allocator is made, each buffer is a new object, so
 * that whoever touches it is told.
 *
 * <p>Any thread; a buffer may be released on another thread than the one that allocated it. The program that makes an
 * allocator owns it, and closes it when the channels that use it are closed.
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
     * @param maxBytes the most bytes that it maps at any time; 1 MiB or more to be of use, since the pools map up to
     *     256 KiB at once
     */
    public LockedBufferAllocator(long maxBytes) {
        this(maxBytes, ResourceLeakDetector.getLevel() != ResourceLeakDetector.Level.PARANOID);
    }

    /** For tests, which hunt leaks to the utmost. */
    LockedBufferAllocator(long maxBytes, boolean lendsAgain) {
        super(true);
        this.memory = new BufferMemory(maxBytes, lendsAgain);
    }

    /**
     * An allocator with the default bound: as much as the Java heap may have, 32 MiB at least and 1 GiB at most.
     *
     * @return a new allocator that the caller owns and closes
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
        return toLeakAwareBuffer(memory.buffer(this, initialCapacity, maxCapacity));
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
     * Whether the last quarter of the bound has been reached. It is meant for sealing what was read before: who reads
     * should wait until this is over, since what is sealed makes room, and what is read takes it.
     *
     * @return true if more than three quarters are in use
     */
    public boolean isScarce() {
        return memory.isScarce();
    }

    /**
     * How much memory is mapped.
     *
     * @return bytes, in use or kept for reuse, from 0 to the bound
     */
    public long mappedBytes() {
        return memory.mappedBytes();
    }

    /**
     * How much of it could not be locked.
     *
     * @return bytes, from 0 to {@link #mappedBytes()}
     */
    public long unlockedBytes() {
        return memory.unlockedBytes();
    }

    /**
     * How many buffers are in use.
     *
     * @return allocated and not yet released; buffers without memory of their own (of capacity 0, or composed of
     *     others) don't count, so that only Netty's leak detection finds those
     */
    public long buffersInUse() {
        return memory.buffersInUse();
    }

    /**
     * Gives the memory back: what is free at once, the rest when the last buffer is released. Allocation fails from
     * then on. Closing it again does nothing.
     */
    @Override
    public void close() {
        memory.close();
    }
}
