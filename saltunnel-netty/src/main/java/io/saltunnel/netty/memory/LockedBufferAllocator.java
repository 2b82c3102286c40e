package io.saltunnel.netty.memory;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.internal.CleanableDirectBuffer;
import java.util.Objects;

/**
 * Allocates the buffers for plaintext and ciphertext: direct memory that is locked (never swapped), left out of core
 * dumps, and wiped when a buffer is released. No buffer of this allocator has an array on the Java heap, even if a heap
 * buffer is requested.
 *
 * <p>Memory comes from pools of fixed-size slots, so that a buffer costs no system call and rarely a wait for another
 * thread. Buffers larger than 64 KiB are mapped one by one. Memory mapped for a burst is unmapped afterwards. The total
 * is bounded. Allocating or growing a buffer fails with {@link BufferLimitException} beyond the bound or a
 * {@linkplain BufferUse use}'s share of it, with {@link IllegalStateException} after {@link #close()}, and with
 * {@link io.saltunnel.core.secret.MemoryLockException} if memory must be locked and can't be.
 *
 * <p>A released buffer is reused, object and memory, like those of Netty's own pools: it must not be touched any more.
 * If Netty's leak detection is paranoid when the allocator is made, each buffer is a new object, so that such an access
 * fails.
 *
 * <p>Any thread. A buffer may be released on a thread other than the one that allocated it. The creator of an allocator
 * owns it, and closes it once the channels that use it are closed.
 *
 * <p>For the channels of a bootstrap:
 *
 * {@snippet lang="java" :
 * LockedBufferAllocator buffers = LockedBufferAllocator.create(); // one for the program, closed at its end
 * bootstrap.option(ChannelOption.ALLOCATOR, buffers); // of a ServerBootstrap: childOption
 * }
 */
public final class LockedBufferAllocator extends AbstractByteBufAllocator implements AutoCloseable {
    private final BufferMemory memory;
    private final LockedByteBuf.Growth growth = this::grow;
    private volatile Runnable shortage = () -> {};

    /**
     * An allocator that has mapped nothing yet.
     *
     * @param maxBytes the most bytes mapped at any time; useful from 1 MiB, because the pools map 64 KiB at once
     */
    public LockedBufferAllocator(long maxBytes) {
        this(maxBytes, ResourceLeakDetector.getLevel() != ResourceLeakDetector.Level.PARANOID);
    }

    /** For tests with paranoid leak detection. */
    LockedBufferAllocator(long maxBytes, boolean lendsAgain) {
        super(true);
        this.memory = new BufferMemory(maxBytes, lendsAgain);
    }

    /**
     * An allocator with the default bound: the maximum size of the Java heap, but at least 32 MiB and at most 1 GiB.
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
        try {
            return toLeakAwareBuffer(memory.buffer(this, growth, initialCapacity, maxCapacity, use));
        } catch (BufferLimitException e) {
            shortage.run();
            throw e;
        }
    }

    /**
     * Allocates a buffer within the share of its use, for handlers that can wait if no buffer is left. The other
     * methods allocate for {@link BufferUse#OTHER}.
     *
     * @param capacity from 0 to 65,536 bytes; the buffer doesn't grow beyond it
     * @param use its purpose
     * @return a buffer that the caller owns
     * @throws BufferLimitException if the caller has to wait until other buffers are released
     * @throws IllegalArgumentException if the capacity is out of range
     * @throws IllegalStateException if the allocator is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if new memory must be locked, and can't be
     */
    public ByteBuf directBuffer(int capacity, BufferUse use) {
        Objects.requireNonNull(use, "use");
        if (capacity < 0 || capacity > MemoryAccount.SLAB_BYTES) {
            throw new IllegalArgumentException("capacity out of range: " + capacity);
        }
        return newDirectBuffer(capacity, capacity, use);
    }

    /** Returns memory for a buffer that has outgrown its own. */
    private CleanableDirectBuffer grow(int capacity) {
        try {
            return memory.allocate(capacity);
        } catch (BufferLimitException e) {
            shortage.run();
            throw e;
        }
    }

    /** Always true: a buffer costs no system call. */
    @Override
    public boolean isDirectBufferPooled() {
        return true;
    }

    /**
     * Whether a use's share has room for a buffer of any size at the moment. Code that reads should ask before it waits
     * for data, because not every transport can postpone a read once data has arrived.
     *
     * @param use the purpose of the buffers
     * @return true if there is room; another thread may take it meanwhile
     */
    public boolean hasRoomFor(BufferUse use) {
        Objects.requireNonNull(use, "use");
        boolean room = memory.account().hasRoomFor(use);
        if (!room) {
            shortage.run();
        }
        return room;
    }

    /**
     * Sets what runs when a use finds its share used up: an allocation fails with {@link BufferLimitException}, or
     * {@link #hasRoomFor} is false. Replaces the one set before.
     *
     * @param listener runs on the thread that asked, each time; it must be quick
     */
    public void whenShort(Runnable listener) {
        shortage = Objects.requireNonNull(listener, "listener");
    }

    /**
     * The mapped memory.
     *
     * @return bytes, in use or kept for reuse, from 0 to the bound
     */
    public long mappedBytes() {
        return memory.account().mappedBytes();
    }

    /**
     * The number of buffers in use.
     *
     * @return buffers allocated and not yet released. Buffers without their own memory (of capacity 0, or composed of
     *     others) don't count; only Netty's leak detection finds leaks of those
     */
    public long buffersInUse() {
        return memory.account().buffersInUse();
    }

    /**
     * Unmaps the memory: free memory at once, the rest when the last buffer is released. Allocation fails from then on.
     * Closing it again does nothing.
     */
    @Override
    public void close() {
        memory.close();
    }
}
