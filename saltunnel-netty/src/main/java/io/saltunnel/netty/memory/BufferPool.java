package io.saltunnel.netty.memory;

import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.internal.CleanableDirectBuffer;
import io.saltunnel.core.secret.LockedRegion;
import io.saltunnel.core.secret.Wiping;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Slots of one size, cut from locked slabs. A thread keeps up to a slab's worth of free slots for itself, and shares the rest. A slot is wiped before anybody can take it again.
 */
final class BufferPool {
    private final BufferMemory memory;
    private final int slotBytes;
    private final int slotsPerSlab;
    private final List<LockedRegion> slabs = new ArrayList<>();
    private final ArrayDeque<Slot> shared = new ArrayDeque<>();
    private final FastThreadLocal<ArrayDeque<Slot>> own = new FastThreadLocal<>() {
        @Override
        protected ArrayDeque<Slot> initialValue() {
            return new ArrayDeque<>();
        }

        @Override
        protected void onRemoval(ArrayDeque<Slot> slots) {
            giveBack(slots);
        }
    };
    private int slotsFree;
    private boolean closed;

    BufferPool(BufferMemory memory, int slotBytes, int slotsPerSlab) {
        this.memory = memory;
        this.slotBytes = slotBytes;
        this.slotsPerSlab = slotsPerSlab;
    }

    int slotBytes() {
        return slotBytes;
    }

    CleanableDirectBuffer take(int capacity) {
        Slot slot = own.get().pollLast();
        if (slot == null) {
            slot = takeShared();
        }
        return slot.lend(capacity);
    }

    private synchronized Slot takeShared() {
        if (closed) {
            throw new IllegalStateException("the allocator is closed");
        }
        if (shared.isEmpty()) {
            addSlab();
        }
        slotsFree--;
        return shared.removeLast();
    }

    private void addSlab() {
        LockedRegion slab = memory.map(slotBytes * slotsPerSlab);
        slabs.add(slab);
        for (int i = slotsPerSlab - 1; i >= 0; i--) {
            shared.addLast(new Slot(slab.buffer().slice(i * slotBytes, slotBytes)));
        }
        slotsFree += slotsPerSlab;
    }

    private void release(Slot slot) {
        ArrayDeque<Slot> mine = own.get();
        if (mine.size() < slotsPerSlab) {
            mine.addLast(slot);
        } else {
            giveBack(List.of(slot));
        }
    }

    private synchronized void giveBack(Iterable<Slot> slots) {
        for (Slot slot : slots) {
            shared.addLast(slot);
            slotsFree++;
        }
        unmapIfUnused();
    }

    synchronized void close() {
        closed = true;
        unmapIfUnused();
    }

    private void unmapIfUnused() {
        if (closed && slotsFree == slabs.size() * slotsPerSlab) {
            shared.clear();
            slabs.forEach(slab -> memory.unmap(slab, slotBytes * slotsPerSlab));
            slabs.clear();
            slotsFree = 0;
        }
    }

    private final class Slot implements CleanableDirectBuffer {
        private final ByteBuffer memory;
        private ByteBuffer lent;

        Slot(ByteBuffer memory) {
            this.memory = memory;
            this.lent = memory;
        }

        /** Makes the slot as large as was asked for: whoever has it may move its position and limit, and clear them. */
        Slot lend(int capacity) {
            lent = memory.slice(0, capacity);
            return this;
        }

        @Override
        public ByteBuffer buffer() {
            return lent;
        }

        @Override
        public void clean() {
            Wiping.wipe(memory, 0, lent.capacity());
            BufferPool.this.memory.released();
            release(this);
        }
    }
}
