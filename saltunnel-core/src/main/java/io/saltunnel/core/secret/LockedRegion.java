package io.saltunnel.core.secret;

import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A range of whole pages for secrets, outside the Java heap: locked where the system allows it, not part of core dumps,
 * and not inherited by child processes.
 *
 * <p>The addresses stay mapped while any view of {@link #buffer()} is reachable, so that a late access through a
 * forgotten view can't crash the process. After {@link #close()} such a view reads zeros, and bytes written through it
 * aren't locked.
 *
 * <p>If the C library can't be called, the memory is an ordinary direct buffer and {@link #locked()} is false.
 *
 * <p>Any thread may use and close the region; its bytes have no protection against concurrent use.
 */
public final class LockedRegion implements AutoCloseable {

    /** The safety net for regions that were not closed. It has one entry per region, none per secret. */
    private static final Cleaner CLEANER = Cleaner.create();

    private static volatile boolean lockingRequired;

    private final ByteBuffer buffer;
    private final Pages pages;

    private LockedRegion(ByteBuffer buffer, Pages pages) {
        this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN);
        this.pages = pages;
    }

    /**
     * Maps and locks zeroed memory. Failure to lock isn't an error: see {@link #locked()}.
     *
     * @param bytes the least size, at least 1; rounded up to whole pages
     * @return a region that the caller owns and closes
     * @throws IllegalArgumentException if {@code bytes} is less than 1 or can't be rounded up within an {@code int}
     * @throws MemoryLockException if locking {@linkplain ProcessProtection#requireLockedMemory() is required} and not
     *     possible
     * @throws OutOfMemoryError if there is no memory
     */
    public static LockedRegion map(int bytes) {
        int pageSize = NativeMemory.pageSize();
        if (bytes < 1 || bytes > Integer.MAX_VALUE - pageSize) {
            throw new IllegalArgumentException("size out of range: " + bytes);
        }
        int length = (bytes + pageSize - 1) / pageSize * pageSize;
        LockedRegion region = NativeMemory.available()
                ? mapNative(length)
                : new LockedRegion(ByteBuffer.allocateDirect(length), new Pages(0, length));
        if (!region.locked() && lockingRequired) {
            String advice = MemoryLockStatus.ofProcess().advice().orElse("memory can't be locked");
            LockCounts.refused();
            region.close();
            throw new MemoryLockException(advice);
        }
        return region;
    }

    private static LockedRegion mapNative(int length) {
        long address = NativeMemory.map(length);
        if (address == 0) {
            throw new OutOfMemoryError("cannot map " + length + " bytes for secrets");
        }
        Pages pages = new Pages(address, length);
        ByteBuffer buffer = NativeMemory.buffer(address, length);
        // Every view refers to the buffer that it was made from, so once this buffer is unreachable, all views are.
        CLEANER.register(buffer, pages::unmap);
        return new LockedRegion(buffer, pages);
    }

    /** Makes {@link #map} throw from now on if it can't lock the memory. */
    static void requireLocking() {
        lockingRequired = true;
    }

    /**
     * The whole region.
     *
     * @return always the same direct, little-endian buffer from 0 to the region's size. The caller must not change its
     *     position and limit (slice or duplicate it, or use absolute access), nor use it after {@link #close()}
     */
    public ByteBuffer buffer() {
        return buffer;
    }

    /**
     * Tells whether the pages are pinned to physical memory.
     *
     * @return false if locking is not available or not allowed, or the region is closed
     */
    public boolean locked() {
        return pages.locked && !pages.closed.get();
    }

    /** Wipes the region and returns its memory to the system. Closing it again does nothing. */
    @Override
    public void close() {
        if (pages.closed.compareAndSet(false, true)) {
            Wiping.wipe(buffer.duplicate().clear(), 0, buffer.capacity());
            pages.discard();
        }
    }

    @Override
    public String toString() {
        return "LockedRegion[" + pages.length + " bytes, " + (locked() ? "locked" : "not locked") + "]";
    }

    /**
     * The mapping behind the buffer. It must not refer to the buffer, or the cleaner would never run. Address 0 means
     * an ordinary direct buffer.
     */
    private static final class Pages {

        final long address;
        final int length;
        final boolean locked;
        final AtomicBoolean closed = new AtomicBoolean();

        Pages(long address, int length) {
            this.address = address;
            this.length = length;
            this.locked = address != 0 && NativeMemory.lock(address, length);
            LockCounts.add(locked, length);
        }

        void discard() {
            LockCounts.add(locked, -length);
            if (address != 0) {
                NativeMemory.unlockAndDiscard(address, length);
            }
        }

        /** Called once, by the cleaner, when no view is left. */
        void unmap() {
            if (closed.compareAndSet(false, true)) {
                LockCounts.add(locked, -length);
                NativeMemory.wipe(address, length);
            }
            NativeMemory.unmap(address, length);
        }
    }
}
