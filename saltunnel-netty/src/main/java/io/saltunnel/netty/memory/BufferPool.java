package io.saltunnel.netty.memory;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.internal.CleanableDirectBuffer;
import io.saltunnel.core.secret.LockedRegion;
import io.saltunnel.core.secret.Wiping;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Slots of one size, cut from locked slabs. A slot is wiped before it can be taken again.
 *
 * <p>A slot keeps its buffer object, so that moving data makes no garbage and causes no collection. With Netty's
 * paranoid leak detection, each loan gets a new buffer object instead, so that a double release or a late read fails.
 *
 * <p>There are about as many stripes as processors, each with its own slabs and lock. A thread's number selects its
 * stripe, so that event loops rarely contend. A stripe fills slabs in use before it starts an idle one. It keeps about
 * as many idle slabs as slabs in use, and unmaps the others. When another stripe or pool needs the room, it unmaps the
 * idle ones too.
 */
final class BufferPool {
    private static final int MAX_STRIPES = 16;

    /** The least memory per stripe: with a small bound there are fewer stripes. */
    private static final long MIN_STRIPE_BYTES = 1 << 20;

    private final MemoryAccount account;
    private final boolean lendsAgain;
    private final int slotBytes;
    private final int slotsPerSlab;

    /** The number of slabs kept when none is in use: room for four runs, or one slab of small slots. */
    private final int minIdle;

    private final Stripe[] stripes;

    /**
     * A pool without slabs.
     *
     * @param account maps the slabs
     * @param slotBytes the size of a slot
     * @param stripeCount the number of stripes, a power of two
     * @param lendsAgain whether a slot's buffer is reused after its release
     */
    BufferPool(MemoryAccount account, int slotBytes, int stripeCount, boolean lendsAgain) {
        this.account = account;
        this.lendsAgain = lendsAgain;
        this.slotBytes = slotBytes;
        this.slotsPerSlab = MemoryAccount.SLAB_BYTES / slotBytes;
        this.minIdle = Math.max(1, 4 / slotsPerSlab);
        this.stripes = new Stripe[stripeCount];
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = new Stripe();
        }
    }

    /** The number of stripes for a number of processors and a bound. */
    static int stripes(int processors, long maxBytes) {
        long most = Math.max(1, Math.min(MAX_STRIPES, maxBytes / MIN_STRIPE_BYTES));
        return Integer.highestOneBit((int) Math.min(most, 2L * processors - 1));
    }

    int slotBytes() {
        return slotBytes;
    }

    /** Lends a buffer, which occupies a slot until it outgrows the slot. */
    LockedByteBuf lend(
            ByteBufAllocator allocator, LockedByteBuf.Growth growth, int capacity, int maxCapacity, BufferUse use) {
        Slot slot = stripe().take(use);
        account.lent();
        return slot.lend(allocator, growth, capacity, maxCapacity);
    }

    /** Takes a slot for a buffer that has outgrown its memory. */
    CleanableDirectBuffer take() {
        Slot slot = stripe().take(BufferUse.OTHER);
        account.lent();
        return slot;
    }

    private Stripe stripe() {
        return stripes[(int) Thread.currentThread().getId() & (stripes.length - 1)];
    }

    /**
     * Unmaps an idle slab, if there is one.
     *
     * @return false if there was none
     */
    boolean giveBackIdle() {
        for (Stripe stripe : stripes) {
            Slab slab = stripe.detachIdle();
            if (slab != null) {
                account.unmap(slab.region, MemoryAccount.SLAB_BYTES);
                return true;
            }
        }
        return false;
    }

    void close() {
        for (Stripe stripe : stripes) {
            stripe.close();
        }
        while (giveBackIdle()) {
            // until none is left
        }
    }

    /** Some slabs, and the lock that guards them; nothing is mapped or unmapped under the lock. */
    private final class Stripe {
        private final List<Slab> slabs = new ArrayList<>();

        /** The indices of slabs with both taken and free slots. */
        private final BitSet partial = new BitSet();

        /** The indices of slabs without a taken slot. */
        private final BitSet idle = new BitSet();

        private int idleCount;
        private boolean closed;

        Slot take(BufferUse use) {
            Slot slot = takeFree(use);
            return slot != null ? slot : takeNew(use);
        }

        private synchronized @Nullable Slot takeFree(BufferUse use) {
            refuseIfClosed();
            int index = partial.nextSetBit(0);
            if (index >= 0) {
                account.occupy(0, use);
                return takeFrom(slabs.get(index));
            }
            index = idle.nextSetBit(0);
            if (index >= 0) {
                account.occupy(MemoryAccount.SLAB_BYTES, use);
                idle.clear(index);
                idleCount--;
                return takeFrom(slabs.get(index));
            }
            return null;
        }

        private Slot takeNew(BufferUse use) {
            LockedRegion region = account.occupyNew(MemoryAccount.SLAB_BYTES, use);
            synchronized (this) {
                if (!closed) {
                    Slab slab = new Slab(this, region, slabs.size());
                    slabs.add(slab);
                    return takeFrom(slab);
                }
            }
            account.vacate(MemoryAccount.SLAB_BYTES);
            account.unmap(region, MemoryAccount.SLAB_BYTES);
            throw MemoryAccount.closedException();
        }

        private void refuseIfClosed() {
            if (closed) {
                throw MemoryAccount.closedException();
            }
        }

        private Slot takeFrom(Slab slab) {
            Slot slot = slab.free.removeLast();
            partial.set(slab.index, !slab.free.isEmpty());
            return slot;
        }

        void release(Slot slot) {
            for (Slab surplus = putBack(slot); surplus != null; surplus = detachSurplus()) {
                account.unmap(surplus.region, MemoryAccount.SLAB_BYTES);
            }
        }

        /** Takes a slot back. If too many slabs are idle then, detaches one and returns it. */
        private synchronized @Nullable Slab putBack(Slot slot) {
            Slab slab = slot.slab;
            slab.free.addLast(slot);
            if (slab.free.size() < slotsPerSlab) {
                partial.set(slab.index);
                return null;
            }
            partial.clear(slab.index);
            idle.set(slab.index);
            idleCount++;
            account.vacate(MemoryAccount.SLAB_BYTES);
            return detachSurplus();
        }

        private synchronized @Nullable Slab detachSurplus() {
            boolean surplus = closed || idleCount > minIdle + slabs.size() - idleCount;
            return surplus ? detachIdle() : null;
        }

        synchronized @Nullable Slab detachIdle() {
            int index = idle.length() - 1;
            if (index < 0) {
                return null;
            }
            Slab slab = slabs.get(index);
            idle.clear(index);
            idleCount--;
            Slab last = slabs.remove(slabs.size() - 1);
            if (last != slab) { // moves the last one to the gap
                slabs.set(index, last);
                partial.set(index, partial.get(last.index));
                partial.clear(last.index);
                last.index = index;
            }
            return slab;
        }

        synchronized void close() {
            closed = true;
        }
    }

    /** A locked region and its free slots. */
    private final class Slab {
        final LockedRegion region;
        final ArrayDeque<Slot> free = new ArrayDeque<>(slotsPerSlab);
        int index;

        Slab(Stripe stripe, LockedRegion region, int index) {
            this.region = region;
            this.index = index;
            for (int i = slotsPerSlab - 1; i >= 0; i--) {
                free.addLast(new Slot(stripe, this, region.buffer().slice(i * slotBytes, slotBytes)));
            }
        }
    }

    /** One slot. It belongs to the code that has taken it, until that returns it. */
    private final class Slot implements LockedByteBuf.Home {
        private final Stripe stripe;
        private final Slab slab;
        private final ByteBuffer whole;
        private @Nullable LockedByteBuf lent;

        private Slot(Stripe stripe, Slab slab, ByteBuffer whole) {
            this.stripe = stripe;
            this.slab = slab;
            this.whole = whole;
        }

        private LockedByteBuf lend(
                ByteBufAllocator allocator, LockedByteBuf.Growth growth, int capacity, int maxCapacity) {
            LockedByteBuf buffer = lent == null ? new LockedByteBuf(allocator, growth, this) : lent;
            lent = lendsAgain ? buffer : null;
            buffer.begin(capacity, maxCapacity);
            return buffer;
        }

        /** The whole slot. Its owner sets the limit to the used part. */
        @Override
        public ByteBuffer buffer() {
            return whole;
        }

        @Override
        public void forget() {
            lent = null;
        }

        /** Wipes the used part, and returns the slot. */
        @Override
        public void clean() {
            Wiping.wipe(whole, 0, whole.limit());
            whole.clear();
            account.returned();
            stripe.release(this);
        }
    }
}
