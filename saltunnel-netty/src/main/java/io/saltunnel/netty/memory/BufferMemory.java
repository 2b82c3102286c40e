package io.saltunnel.netty.memory;

import io.netty.util.NettyRuntime;
import io.netty.util.internal.CleanableDirectBuffer;
import io.saltunnel.core.secret.LockedRegion;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * All the memory of one allocator: a pool for each size, and single mappings for larger buffers.
 *
 * <p>Memory is occupied if any part of it is in use, and idle if it is kept mapped for later. Occupied memory stays
 * within each use's share of the bound. An allocation within its share always gets its mapping, if necessary by
 * unmapping idle memory of any pool.
 */
final class BufferMemory {
    /** The size of one mapping of the pools: a whole run, or as much of smaller slots. */
    static final int SLAB_BYTES = 65_536;

    /** Hellos and single frames, small messages, whole runs. */
    private static final int[] SLOT_BYTES = {1024, 8192, SLAB_BYTES};

    private final long maxBytes;
    private final boolean lendsAgain;
    private final BufferPool[] pools = new BufferPool[SLOT_BYTES.length];
    private final AtomicLong occupied = new AtomicLong();
    private final AtomicLong mapped = new AtomicLong();
    private final AtomicLong inUse = new AtomicLong();
    private volatile boolean closed;

    BufferMemory(long maxBytes, boolean lendsAgain) {
        this.maxBytes = maxBytes;
        this.lendsAgain = lendsAgain;
        for (int i = 0; i < pools.length; i++) {
            pools[i] = new BufferPool(this, SLOT_BYTES[i], NettyRuntime.availableProcessors(), maxBytes);
        }
    }

    /** A new buffer, or a reused one. */
    LockedByteBuf buffer(LockedBufferAllocator allocator, int capacity, int maxCapacity, BufferUse use) {
        BufferPool pool = capacity == 0 ? null : poolFor(capacity);
        return pool == null
                ? new LockedByteBuf(allocator, capacity, maxCapacity)
                : pool.lend(allocator, capacity, maxCapacity, use);
    }

    /** Memory for a buffer that has outgrown its own. */
    CleanableDirectBuffer allocate(int capacity) {
        BufferPool pool = poolFor(capacity);
        if (pool != null) {
            return pool.take();
        }
        CleanableDirectBuffer single = new SingleMapping(capacity);
        lent();
        return single;
    }

    /** The pool of the smallest slots that are large enough, if there is one. */
    private @Nullable BufferPool poolFor(int capacity) {
        for (BufferPool pool : pools) {
            if (capacity <= pool.slotBytes()) {
                return pool;
            }
        }
        return null;
    }

    /** Whether a slot's buffer is reused after its release. */
    boolean lendsAgain() {
        return lendsAgain;
    }

    void lent() {
        inUse.incrementAndGet();
    }

    void returned() {
        inUse.decrementAndGet();
    }

    // ---- what is occupied

    /**
     * Counts more bytes as occupied.
     *
     * @throws BufferLimitException if that exceeds the use's share; nothing has changed then
     */
    void occupy(int bytes, BufferUse use) {
        long share = use.shareOf(maxBytes);
        long before;
        do {
            before = occupied.get();
            if (before + bytes > share) {
                throw new BufferLimitException(maxBytes);
            }
        } while (bytes > 0 && !occupied.compareAndSet(before, before + bytes));
    }

    boolean hasRoomFor(BufferUse use) {
        return occupied.get() + SLAB_BYTES <= use.shareOf(maxBytes);
    }

    /** Counts bytes that are idle, or about to be unmapped. */
    void vacate(int bytes) {
        occupied.addAndGet(-bytes);
    }

    /**
     * Maps memory and counts it as occupied.
     *
     * @throws BufferLimitException if that exceeds the use's share
     */
    LockedRegion occupyNew(int bytes, BufferUse use) {
        if (closed) {
            throw closedException();
        }
        occupy(bytes, use);
        try {
            return map(bytes);
        } catch (RuntimeException | Error e) {
            vacate(bytes);
            throw e;
        }
    }

    // ---- what is mapped

    /**
     * Maps memory that is already counted as occupied. The occupied memory is within the bound, so any excess is idle,
     * or being unmapped by another thread.
     */
    private LockedRegion map(int bytes) {
        long before = mapped.get();
        while (before + bytes > maxBytes || !mapped.compareAndSet(before, before + bytes)) {
            if (before + bytes > maxBytes && !giveBackIdle()) {
                LockSupport.parkNanos(1000); // another thread is unmapping some
            }
            before = mapped.get();
        }
        try {
            return LockedRegion.map(bytes);
        } catch (RuntimeException | Error e) {
            mapped.addAndGet(-bytes);
            throw e;
        }
    }

    private boolean giveBackIdle() {
        for (BufferPool pool : pools) {
            if (pool.giveBackIdle()) {
                return true;
            }
        }
        return false;
    }

    void unmap(LockedRegion region, int bytes) {
        region.close();
        mapped.addAndGet(-bytes);
    }

    long mappedBytes() {
        return mapped.get();
    }

    long buffersInUse() {
        return inUse.get();
    }

    void close() {
        closed = true;
        for (BufferPool pool : pools) {
            pool.close();
        }
    }

    static IllegalStateException closedException() {
        return new IllegalStateException("the allocator is closed");
    }

    /** A buffer too large for a slot. */
    private final class SingleMapping implements CleanableDirectBuffer {
        private final LockedRegion region;
        private final ByteBuffer buffer;
        private final int bytes;

        SingleMapping(int capacity) {
            this.bytes = capacity;
            this.region = occupyNew(capacity, BufferUse.OTHER);
            this.buffer = region.buffer().slice(0, capacity);
        }

        @Override
        public ByteBuffer buffer() {
            return buffer;
        }

        @Override
        public void clean() {
            unmap(region, bytes);
            vacate(bytes);
            returned();
        }
    }
}
