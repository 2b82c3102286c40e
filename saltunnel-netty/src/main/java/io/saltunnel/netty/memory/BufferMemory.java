package io.saltunnel.netty.memory;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.NettyRuntime;
import io.netty.util.internal.CleanableDirectBuffer;
import io.saltunnel.core.secret.LockedRegion;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * All the memory of one allocator: a pool for each size, and single mappings for larger buffers.
 *
 * <pre>
 *   LockedBufferAllocator ──▶ BufferMemory ──▶ BufferPool (1 KiB, 8 KiB, 64 KiB) ──▶ MemoryAccount ──▶ locked regions
 * </pre>
 */
final class BufferMemory {
    /** The sizes of slots: for hellos and single frames, for small messages, and for whole runs. */
    private static final int[] SLOT_BYTES = {1024, 8192, MemoryAccount.SLAB_BYTES};

    private final MemoryAccount account;
    private final BufferPool[] pools = new BufferPool[SLOT_BYTES.length];

    BufferMemory(long maxBytes, boolean lendsAgain) {
        account = new MemoryAccount(maxBytes, this::unmapIdle);
        for (int i = 0; i < pools.length; i++) {
            int stripes = BufferPool.stripes(NettyRuntime.availableProcessors(), maxBytes);
            pools[i] = new BufferPool(account, SLOT_BYTES[i], stripes, lendsAgain);
        }
    }

    MemoryAccount account() {
        return account;
    }

    /** Returns a new buffer, or a reused one. */
    LockedByteBuf buffer(
            ByteBufAllocator allocator, LockedByteBuf.Growth growth, int capacity, int maxCapacity, BufferUse use) {
        BufferPool pool = capacity == 0 ? null : poolFor(capacity);
        return pool == null
                ? new LockedByteBuf(allocator, growth, capacity, maxCapacity)
                : pool.lend(allocator, growth, capacity, maxCapacity, use);
    }

    /** Returns memory for a buffer that has outgrown its own. */
    CleanableDirectBuffer allocate(int capacity) {
        BufferPool pool = poolFor(capacity);
        if (pool != null) {
            return pool.take();
        }
        CleanableDirectBuffer single = new SingleMapping(account, capacity);
        account.lent();
        return single;
    }

    /** Returns the pool of the smallest slots that are large enough, if there is one. */
    private @Nullable BufferPool poolFor(int capacity) {
        for (BufferPool pool : pools) {
            if (capacity <= pool.slotBytes()) {
                return pool;
            }
        }
        return null;
    }

    private boolean unmapIdle() {
        for (BufferPool pool : pools) {
            if (pool.giveBackIdle()) {
                return true;
            }
        }
        return false;
    }

    void close() {
        account.close();
        for (BufferPool pool : pools) {
            pool.close();
        }
    }

    /** The memory of a buffer that is too large for a slot. */
    private static final class SingleMapping implements CleanableDirectBuffer {
        private final MemoryAccount account;
        private final LockedRegion region;
        private final ByteBuffer buffer;
        private final int bytes;

        SingleMapping(MemoryAccount account, int capacity) {
            this.account = account;
            this.bytes = capacity;
            this.region = account.occupyNew(capacity, BufferUse.OTHER);
            this.buffer = region.buffer().slice(0, capacity);
        }

        @Override
        public ByteBuffer buffer() {
            return buffer;
        }

        @Override
        public void clean() {
            account.unmap(region, bytes);
            account.vacate(bytes);
            account.returned();
        }
    }
}
