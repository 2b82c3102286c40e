package io.saltunnel.netty.memory;

import io.netty.util.NettyRuntime;
import io.netty.util.internal.CleanableDirectBuffer;
import io.saltunnel.core.secret.LockedRegion;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * All the memory of one allocator: a pool for each size, and single mappings for what is larger.
 *
 * <p>Memory is occupied if any part of it is in use, and idle if it is kept mapped for later. What is occupied stays
 * within each use's share of the bound, and gets its mapping at the expense of idle memory: whoever is within its share
 * has it, wherever that lies idle.
 */
final class BufferMemory {
    /** What the pools map at once: a whole run, or so much of something smaller. */
    static final int SLAB_BYTES = 65_536;

    /** Hellos and single frames, small messages, whole runs. */
    private static final int[] SLOT_BYTES = {1024, 8192, SLAB_BYTES};

    private final long maxBytes;
    private final boolean lendsAgain;
    private final BufferPool[] pools = new BufferPool[SLOT_BYTES.length];
    private final AtomicLong occupied = new AtomicLong();
    private final AtomicLong mapped = new AtomicLong();
    private final AtomicLong unlocked = new AtomicLong();
    private final AtomicLong inUse = new AtomicLong();
    private volatile boolean closed;

    BufferMemory(long maxBytes, boolean lendsAgain) {
        this.maxBytes = maxBytes;
        this.lendsAgain = lendsAgain;
        for (int i = 0; i < pools.length; i++) {
            pools[i] = new BufferPool(this, SLOT_BYTES[i], NettyRuntime.availableProcessors(), maxBytes);
        }
    }

    /** A new buffer, or one that is used again. */
    LockedByteBuf buffer(LockedBufferAllocator allocator, int capacity, int maxCapacity, BufferUse use) {
        BufferPool pool = capacity == 0 ? null : poolFor(capacity);
        return pool == null
                ? new LockedByteBuf(allocator, capacity, maxCapacity)
                : pool.lend(allocator, capacity, maxCapacity, use);
    }

    /** Memory for a buffer that outgrew what it had. */
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

    /** Whether a slot's buffer is used again when it is released. */
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
     * Counts so much more as occupied.
     *
     * @throws BufferLimitException if that is more than the use's share; nothing has changed then
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

    /** That much is idle, or about to be given back. */
    void vacate(int bytes) {
        occupied.addAndGet(-bytes);
    }

    /**
     * Maps memory that is occupied from the start.
     *
     * @throws BufferLimitException if that is more than the use's share
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
     * Maps memory that is counted as occupied. Since that is within the bound, what is beyond it is idle, or on its way
     * back to the system on another thread.
     */
    private LockedRegion map(int bytes) {
        long before = mapped.get();
        while (before + bytes > maxBytes || !mapped.compareAndSet(before, before + bytes)) {
            if (before + bytes > maxBytes && !giveBackIdle()) {
                LockSupport.parkNanos(1000); // somebody is just giving some back
            }
            before = mapped.get();
        }
        LockedRegion region;
        try {
            region = LockedRegion.map(bytes);
        } catch (RuntimeException | Error e) {
            mapped.addAndGet(-bytes);
            throw e;
        }
        if (!region.locked()) {
            unlocked.addAndGet(bytes);
        }
        return region;
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
        if (!region.locked()) {
            unlocked.addAndGet(-bytes);
        }
        region.close();
        mapped.addAndGet(-bytes);
    }

    long mappedBytes() {
        return mapped.get();
    }

    long unlockedBytes() {
        return unlocked.get();
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
