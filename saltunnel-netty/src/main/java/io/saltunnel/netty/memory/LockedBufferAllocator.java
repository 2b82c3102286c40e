package io.saltunnel.netty.memory;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.internal.CleanableDirectBuffer;
import java.util.Objects;

/**
 * The buffers that plaintext and ciphertext travel in: direct memory, locked (never swapped), left out of core dumps,
 * and wiped when a buffer is released. No buffer of this allocator ever has an array on the Java heap, whatever is
 * asked for.
 *
 * <p>Memory comes from pools of fixed-size slots, so that a buffer costs no system call and hardly ever a wait for
 * another thread; what is larger than 64 KiB is mapped one by one. What a burst has mapped is given back when it is
 * over. All of it together is bounded: beyond the bound, or a {@linkplain BufferUse use}'s share of it, allocation, and
 * growing a buffer, fails with {@link BufferLimitException}; after {@link #close()} with {@link IllegalStateException}; and where memory has to be locked,
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
     * @param maxBytes the most bytes that it maps at any time; 1 MiB or more to be of use, since the pools map 64 KiB at
     *     once
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
        return newDirectBuffer(initialCapacity, maxCapacity, BufferUse.OTHER);
    }

    private ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity, BufferUse use) {
        return toLeakAwareBuffer(memory.buffer(this, initialCapacity, maxCapacity, use));
    }

    /**
     * A buffer within the share of its use, for handlers that can wait when there is none. The other ways to ask for a
     * buffer are for {@link BufferUse#OTHER}.
     *
     * @param capacity from 0 to 65,536 bytes; the buffer doesn't grow beyond it
     * @param use what it is for
     * @return a buffer that the caller owns
     * @throws BufferLimitException if it has to wait until others are released
     * @throws IllegalArgumentException if the capacity is out of range
     * @throws IllegalStateException if the allocator is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if new memory has to be locked, and can't
     */
    public ByteBuf directBuffer(int capacity, BufferUse use) {
        Objects.requireNonNull(use, "use");
        if (capacity < 0 || capacity > BufferMemory.SLAB_BYTES) {
            throw new IllegalArgumentException("capacity out of range: " + capacity);
        }
        return newDirectBuffer(capacity, capacity, use);
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
     * Whether a use has so much of its share left that any buffer for it would be had at the moment. Who reads should ask
     * before waiting for data rather than when data is there, since not every transport can put it off then.
     *
     * @param use what buffers are for
     * @return true if it has; another thread may take it meanwhile
     */
    public boolean hasRoomFor(BufferUse use) {
        Objects.requireNonNull(use, "use");
        return memory.hasRoomFor(use);
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
