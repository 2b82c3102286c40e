package io.saltunnel.netty.memory;

import io.saltunnel.core.secret.LockedRegion;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Maps an allocator's memory, and keeps count of it.
 *
 * <p>Memory is occupied if any part of it is in use, and idle if it is kept mapped for later. Occupied memory stays
 * within each use's share of the bound. An allocation within its share always gets its mapping, if necessary by
 * unmapping idle memory. Any thread.
 */
final class MemoryAccount {
    /** The size of one mapping of the pools: a whole run, or as much of smaller slots. */
    static final int SLAB_BYTES = 65_536;

    private final long maxBytes;
    private final BooleanSupplier unmapsIdle;
    private final AtomicLong occupied = new AtomicLong();
    private final AtomicLong mapped = new AtomicLong();
    private final AtomicLong inUse = new AtomicLong();
    private volatile boolean closed;

    /**
     * An account without any memory.
     *
     * @param maxBytes the bound
     * @param unmapsIdle unmaps some idle memory, or returns false if there is none
     */
    MemoryAccount(long maxBytes, BooleanSupplier unmapsIdle) {
        this.maxBytes = maxBytes;
        this.unmapsIdle = unmapsIdle;
    }

    void lent() {
        inUse.incrementAndGet();
    }

    void returned() {
        inUse.decrementAndGet();
    }

    long buffersInUse() {
        return inUse.get();
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
            if (before + bytes > maxBytes && !unmapsIdle.getAsBoolean()) {
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

    void unmap(LockedRegion region, int bytes) {
        region.close();
        mapped.addAndGet(-bytes);
    }

    long mappedBytes() {
        return mapped.get();
    }

    /** Refuses to map memory from now on. */
    void close() {
        closed = true;
    }

    static IllegalStateException closedException() {
        return new IllegalStateException("the allocator is closed");
    }
}
