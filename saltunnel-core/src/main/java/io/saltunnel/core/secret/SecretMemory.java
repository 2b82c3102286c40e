package io.saltunnel.core.secret;

import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Locked memory divided into small slots for secrets. It grows by slabs of {@value #SLAB_BYTES} bytes and keeps them
 * until it is closed. Allocating and releasing take a few dozen nanoseconds; only a new slab takes a system call.
 *
 * <p>Slots are of fixed sizes, powers of two from {@value #MIN_SLOT_BYTES} to {@value #MAX_SECRET_BYTES} bytes, so that
 * no two secrets share a cache line. A slot is all zeros when it is handed out, and is wiped when it is returned.
 *
 * <p>Safe for use by any number of threads.
 */
public final class SecretMemory implements AutoCloseable {

    /** The largest secret, in bytes. */
    public static final int MAX_SECRET_BYTES = 4096;

    private static final int MIN_SLOT_BYTES = 64;
    private static final int SLAB_BYTES = 64 * 1024;

    /** A slab is divided into slots of one size in blocks of this many bytes. */
    private static final int BLOCK_BYTES = MAX_SECRET_BYTES;

    private static final int SMALLEST_SHIFT = Integer.numberOfTrailingZeros(MIN_SLOT_BYTES);
    private static final int SIZES = Integer.numberOfTrailingZeros(MAX_SECRET_BYTES) - SMALLEST_SHIFT + 1;

    // All guarded by this. The lock is held for a few field accesses, a few times per connection.
    private final List<LockedRegion> slabs = new ArrayList<>();
    private final List<Deque<ByteBuffer>> freeSlots = new ArrayList<>();
    private int usedOfLastSlab = SLAB_BYTES;
    private int liveSecrets;

    /** The listeners for the closing of this memory, by their secret. */
    private final Map<SecretBytes, Runnable> watchers = new ConcurrentHashMap<>();

    private final Home home = new Home();
    private volatile boolean closed;

    private SecretMemory() {
        for (int i = 0; i < SIZES; i++) {
            freeSlots.add(new ArrayDeque<>());
        }
        addSlab();
    }

    /**
     * Creates memory with its first slab in place.
     *
     * @return memory that the caller owns and closes after all secrets in it
     * @throws MemoryLockException if the memory must be locked and can't be
     * @throws OutOfMemoryError if the system has no memory
     */
    public static SecretMemory create() {
        return new SecretMemory();
    }

    /**
     * Allocates a secret, filled with zeros.
     *
     * @param size its length in bytes, 1 to {@value #MAX_SECRET_BYTES}
     * @return a secret that the caller owns and closes
     * @throws IllegalArgumentException if the size is out of these bounds
     * @throws IllegalStateException if this memory is closed
     * @throws MemoryLockException if a new slab is needed that must be locked and can't be
     * @throws OutOfMemoryError if a new slab is needed and the system has no memory
     */
    public SecretBytes allocate(int size) {
        if (size < 1 || size > MAX_SECRET_BYTES) {
            throw new IllegalArgumentException("size out of range: " + size);
        }
        ByteBuffer slot = takeSlot(sizeIndex(size));
        ByteBuffer view = size == slot.capacity() ? slot : slot.slice(0, size).order(ByteOrder.LITTLE_ENDIAN);
        return new SecretBytes(home, slot, view);
    }

    /** The status of all slabs, for tests; no bytes at all once this is closed. */
    synchronized MemoryLockStatus lockStatus() {
        long locked = 0;
        long unlocked = 0;
        for (LockedRegion slab : slabs) {
            if (slab.locked()) {
                locked += SLAB_BYTES;
            } else {
                unlocked += SLAB_BYTES;
            }
        }
        return MemoryLockStatus.of(locked, unlocked);
    }

    /**
     * Returns the number of secrets that aren't closed yet, so that tests can find a forgotten one.
     *
     * @return the number of secrets, from 0
     */
    public synchronized int liveSecrets() {
        return liveSecrets;
    }

    /**
     * Wipes everything, including secrets in use, and returns the memory to the system. The secrets' views then read
     * zeros, their {@link SecretBytes#buffer()} and {@link SecretBytes#checkOpen()} throw, and connections that keep
     * their keys here are aborted. Closing it again does nothing.
     */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            VarHandle.fullFence(); // no thread may see wiped bytes while the memory seems open
            freeSlots.forEach(Deque::clear);
            slabs.forEach(LockedRegion::close);
            slabs.clear();
        }
        for (SecretBytes secret : List.copyOf(watchers.keySet())) {
            try {
                tell(secret);
            } catch (RuntimeException e) {
                // The other listeners must be called too.
            }
        }
    }

    private void tell(SecretBytes secret) {
        Runnable watcher = watchers.remove(secret);
        if (watcher != null) {
            watcher.run();
        }
    }

    @Override
    public String toString() {
        return "SecretMemory[" + (closed ? "closed]" : liveSecrets() + " secrets]");
    }

    /** The part of this memory that its secrets call. */
    private final class Home implements SecretBytes.Home {

        @Override
        public void checkOpen() {
            if (closed) {
                throw new IllegalStateException("secret memory is closed");
            }
        }

        @Override
        public void watch(SecretBytes secret, Runnable watcher) {
            watchers.put(secret, watcher);
            if (closed) {
                tell(secret);
            }
        }

        @Override
        public void release(SecretBytes secret, ByteBuffer slot) {
            watchers.remove(secret);
            slot.clear().order(ByteOrder.LITTLE_ENDIAN); // the owner's view may be the slot itself, its limit moved
            Wiping.wipe(slot, 0, slot.capacity());
            takeBack(slot);
        }
    }

    private synchronized void takeBack(ByteBuffer slot) {
        liveSecrets--;
        if (!closed) {
            freeSlots.get(sizeIndex(slot.capacity())).push(slot);
        }
    }

    /** Shows a slab to tests that look for leftovers. */
    synchronized ByteBuffer peek(int slab) {
        return slabs.get(slab).buffer().asReadOnlyBuffer();
    }

    private static int sizeIndex(int size) {
        int roundedUpShift = Integer.SIZE - Integer.numberOfLeadingZeros(size - 1);
        return Math.max(0, roundedUpShift - SMALLEST_SHIFT);
    }

    private synchronized ByteBuffer takeSlot(int sizeIndex) {
        home.checkOpen();
        Deque<ByteBuffer> free = freeSlots.get(sizeIndex);
        if (free.isEmpty()) {
            addSlots(free, MIN_SLOT_BYTES << sizeIndex);
        }
        liveSecrets++;
        return free.pop();
    }

    private void addSlots(Deque<ByteBuffer> free, int slotBytes) {
        if (usedOfLastSlab == SLAB_BYTES) {
            addSlab();
        }
        ByteBuffer slab = slabs.get(slabs.size() - 1).buffer();
        for (int end = usedOfLastSlab + BLOCK_BYTES; usedOfLastSlab < end; usedOfLastSlab += slotBytes) {
            free.add(slab.slice(usedOfLastSlab, slotBytes).order(ByteOrder.LITTLE_ENDIAN));
        }
    }

    private void addSlab() {
        slabs.add(LockedRegion.map(SLAB_BYTES));
        usedOfLastSlab = 0;
    }
}
