package io.saltunnel.netty.memory;

import io.netty.util.internal.CleanableDirectBuffer;
import io.saltunnel.core.secret.LockedRegion;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** All the memory of one allocator: a pool for each size, and single mappings for what is larger. */
final class BufferMemory {
    /** Slot sizes and how many of them a slab has: hellos and single frames, small messages, whole runs. */
    private static final int[][] POOLS = {{1024, 32}, {8192, 8}, {65_536, 4}};

    private final long maxBytes;
    private final boolean lendsAgain;
    private final BufferPool[] pools = new BufferPool[POOLS.length];
    private final AtomicLong mapped = new AtomicLong();
    private final AtomicLong unlocked = new AtomicLong();
    private final AtomicLong inUse = new AtomicLong();
    private final AtomicLong lent = new AtomicLong();
    private volatile boolean closed;

    BufferMemory(long maxBytes, boolean lendsAgain) {
        this.maxBytes = maxBytes;
        this.lendsAgain = lendsAgain;
        for (int i = 0; i < POOLS.length; i++) {
            pools[i] = new BufferPool(this, POOLS[i][0], POOLS[i][1]);
        }
    }

    /** A new buffer, or one that is used again. */
    LockedByteBuf buffer(LockedBufferAllocator allocator, int capacity, int maxCapacity) {
        BufferPool pool = capacity == 0 ? null : poolFor(capacity);
        return pool == null
                ? new LockedByteBuf(allocator, capacity, maxCapacity)
                : pool.lend(allocator, capacity, maxCapacity);
    }

    /** Memory for a buffer that outgrew what it had. */
    CleanableDirectBuffer allocate(int capacity) {
        BufferPool pool = poolFor(capacity);
        if (pool != null) {
            return pool.take();
        }
        CleanableDirectBuffer single = new SingleMapping(capacity);
        lent(capacity);
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

    void lent(int bytes) {
        inUse.incrementAndGet();
        lent.addAndGet(bytes);
    }

    /** Maps memory within the bound. */
    LockedRegion map(int bytes) {
        if (closed) {
            throw new IllegalStateException("the allocator is closed");
        }
        if (mapped.addAndGet(bytes) > maxBytes) {
            mapped.addAndGet(-bytes);
            throw new BufferLimitException(maxBytes);
        }
        LockedRegion region = LockedRegion.map(bytes);
        if (!region.locked()) {
            unlocked.addAndGet(bytes);
        }
        return region;
    }

    void unmap(LockedRegion region, int bytes) {
        if (!region.locked()) {
            unlocked.addAndGet(-bytes);
        }
        region.close();
        mapped.addAndGet(-bytes);
    }

    void released(int bytes) {
        inUse.decrementAndGet();
        lent.addAndGet(-bytes);
    }

    boolean isScarce() {
        return lent.get() > maxBytes - maxBytes / 4;
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

    /** A buffer too large for a slot. */
    private final class SingleMapping implements CleanableDirectBuffer {
        private final LockedRegion region;
        private final ByteBuffer buffer;
        private final int bytes;

        SingleMapping(int capacity) {
            this.bytes = capacity;
            this.region = map(capacity);
            this.buffer = region.buffer().slice(0, capacity);
        }

        @Override
        public ByteBuffer buffer() {
            return buffer;
        }

        @Override
        public void clean() {
            unmap(region, bytes);
            released(bytes);
        }
    }
}
