package io.saltunnel.netty.memory;

import io.netty.util.NettyRuntime;
import io.netty.util.internal.CleanableDirectBuffer;
import io.saltunnel.core.secret.LockedRegion;
import io.saltunnel.core.secret.Wiping;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Slots of one size, cut from locked slabs. A slot is wiped before anybody can take it again.
 *
 * <p>A slot keeps the buffer that it is lent as, so that data in motion makes no garbage, and the collector has no
 * reason to pause it. Where Netty hunts leaks to the utmost, each loan has a buffer of its own instead, so that who
 * releases one twice, or reads it later, is told.
 *
 * <p>There are about as many stripes as processors, each with slabs and a lock of its own, and a thread takes from the
 * stripe that its number points to: event loops hardly ever meet. In a stripe the oldest slab with a free slot serves
 * first, so that after a burst the newer ones fall idle; all idle slabs but one are given back to the system.
 */
final class BufferPool {
    private static final int MAX_STRIPES = 16;

    private final BufferMemory memory;
    private final int slotBytes;
    private final int slotsPerSlab;
    private final Stripe[] stripes;

    BufferPool(BufferMemory memory, int slotBytes, int slotsPerSlab) {
        this.memory = memory;
        this.slotBytes = slotBytes;
        this.slotsPerSlab = slotsPerSlab;
        int processors = Math.min(MAX_STRIPES, NettyRuntime.availableProcessors());
        this.stripes = new Stripe[Integer.highestOneBit(2 * processors - 1)];
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = new Stripe();
        }
    }

    int slotBytes() {
        return slotBytes;
    }

    /** A buffer in a slot of its own, until it outgrows that. */
    LockedByteBuf lend(LockedBufferAllocator allocator, int capacity, int maxCapacity) {
        Slot slot = stripe().take();
        memory.lent(slotBytes);
        return slot.lend(allocator, capacity, maxCapacity);
    }

    /** A slot for a buffer that outgrew another. */
    CleanableDirectBuffer take() {
        Slot slot = stripe().take();
        memory.lent(slotBytes);
        return slot;
    }

    private Stripe stripe() {
        return stripes[(int) Thread.currentThread().getId() & (stripes.length - 1)];
    }

    void close() {
        for (Stripe stripe : stripes) {
            stripe.close();
        }
    }

    /** Some slabs, and the lock that guards them. */
    private final class Stripe {
        /** Oldest first, which is the order in which they serve. */
        private final List<Slab> slabs = new ArrayList<>();

        /** No slab before this one has a free slot. */
        private int firstFree;

        private int idleSlabs;
        private boolean closed;

        synchronized Slot take() {
            if (closed) {
                throw new IllegalStateException("the allocator is closed");
            }
            while (firstFree < slabs.size() && slabs.get(firstFree).free.isEmpty()) {
                firstFree++;
            }
            if (firstFree == slabs.size()) {
                slabs.add(new Slab(this, firstFree));
                idleSlabs++;
            }
            Slab slab = slabs.get(firstFree);
            if (slab.isIdle()) {
                idleSlabs--;
            }
            return slab.free.removeLast();
        }

        synchronized void release(Slab slab, Slot slot) {
            slab.free.addLast(slot);
            firstFree = Math.min(firstFree, slab.index);
            if (slab.isIdle()) {
                idleSlabs++;
                if (closed || idleSlabs > 1) {
                    remove(slab);
                }
            }
        }

        private void remove(Slab slab) {
            slabs.remove(slab.index);
            for (int i = slab.index; i < slabs.size(); i++) {
                slabs.get(i).index = i;
            }
            idleSlabs--;
            memory.unmap(slab.region, slotBytes * slotsPerSlab);
        }

        synchronized void close() {
            closed = true;
            slabs.stream().filter(Slab::isIdle).toList().forEach(this::remove);
        }
    }

    /** A locked region and its slots that nobody has. */
    private final class Slab {
        final LockedRegion region = memory.map(slotBytes * slotsPerSlab);
        final ArrayDeque<Slot> free = new ArrayDeque<>(slotsPerSlab);
        int index;

        Slab(Stripe stripe, int index) {
            this.index = index;
            for (int i = slotsPerSlab - 1; i >= 0; i--) {
                free.addLast(new Slot(stripe, this, region.buffer().slice(i * slotBytes, slotBytes)));
            }
        }

        boolean isIdle() {
            return free.size() == slotsPerSlab;
        }
    }

    /** Belongs to whoever has taken it, until it is given back. */
    final class Slot implements CleanableDirectBuffer {
        private final Stripe stripe;
        private final Slab slab;
        private final ByteBuffer whole;
        private @Nullable LockedByteBuf lent;

        private Slot(Stripe stripe, Slab slab, ByteBuffer whole) {
            this.stripe = stripe;
            this.slab = slab;
            this.whole = whole;
        }

        private LockedByteBuf lend(LockedBufferAllocator allocator, int capacity, int maxCapacity) {
            LockedByteBuf buffer = lent == null ? new LockedByteBuf(allocator, this) : lent;
            lent = memory.lendsAgain() ? buffer : null;
            buffer.begin(capacity, maxCapacity);
            return buffer;
        }

        /** All of it. Whoever has it sets the limit to what is used. */
        @Override
        public ByteBuffer buffer() {
            return whole;
        }

        /** Its buffer is about to move out. */
        void forget() {
            lent = null;
        }

        /** Wipes what was used, and gives the slot back. */
        @Override
        public void clean() {
            Wiping.wipe(whole, 0, whole.limit());
            whole.clear();
            memory.released(slotBytes);
            stripe.release(slab, this);
        }
    }
}
