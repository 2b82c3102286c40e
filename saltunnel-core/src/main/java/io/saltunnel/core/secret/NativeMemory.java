package io.saltunnel.core.secret;

import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/**
 * The few calls of the C library that locking needs, on Linux and macOS. If the platform, JNA or its native part is
 * missing, every method reports that it can do nothing, so that callers fall back instead of failing.
 */
final class NativeMemory {

    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_ANONYMOUS_LINUX = 0x20;
    private static final int MAP_ANONYMOUS_MACOS = 0x1000;
    private static final long MAP_FAILED = -1;
    private static final int MADV_DONTNEED = 4;
    private static final int MADV_DONTFORK = 10;
    private static final int MADV_DONTDUMP = 16;
    private static final int RLIMIT_MEMLOCK_LINUX = 8;
    private static final int RLIMIT_MEMLOCK_MACOS = 6;

    private NativeMemory() {}

    static boolean available() {
        return Calls.FAILURE.isEmpty();
    }

    /** Why {@link #available()} is false, in a few words. */
    static String unavailableReason() {
        return Calls.FAILURE;
    }

    static int pageSize() {
        return available() ? Calls.getpagesize() : 4096;
    }

    /**
     * Maps fresh zeroed pages that are left out of core dumps and aren't passed on to forked children, whose copy
     * would never be wiped.
     *
     * @return the address, or 0 if the system has no memory
     */
    static long map(long length) {
        boolean linux = Platform.isLinux();
        int flags = MAP_PRIVATE | (linux ? MAP_ANONYMOUS_LINUX : MAP_ANONYMOUS_MACOS);
        long address = Calls.mmap(0, length, PROT_READ | PROT_WRITE, flags, -1, 0);
        if (address == MAP_FAILED) {
            return 0;
        }
        if (linux) {
            // Best effort: the memory works without either.
            int unused = Calls.madvise(address, length, MADV_DONTDUMP) | Calls.madvise(address, length, MADV_DONTFORK);
        }
        return address;
    }

    static boolean lock(long address, long length) {
        return Calls.mlock(address, length) == 0;
    }

    /**
     * Returns the pages to the system while the addresses stay valid: they read as zeros from now on (Linux; elsewhere
     * the pages stay).
     */
    static void unlockAndDiscard(long address, long length) {
        int unused = Calls.munlock(address, length);
        if (Platform.isLinux()) {
            unused = Calls.madvise(address, length, MADV_DONTNEED);
        }
    }

    static void unmap(long address, long length) {
        int unused = Calls.munmap(address, length);
    }

    static ByteBuffer buffer(long address, long length) {
        return new Pointer(address).getByteBuffer(0, length);
    }

    static void wipe(long address, long length) {
        new Pointer(address).clear(length);
    }

    /** The soft {@code RLIMIT_MEMLOCK} in bytes, or {@link MemoryLockStatus#NO_LIMIT}. */
    static long lockLimit() {
        if (!available()) {
            return MemoryLockStatus.NO_LIMIT;
        }
        long[] softAndHard = new long[2];
        int resource = Platform.isLinux() ? RLIMIT_MEMLOCK_LINUX : RLIMIT_MEMLOCK_MACOS;
        boolean unlimited = Calls.getrlimit(resource, softAndHard) != 0
                // RLIM_INFINITY is all ones on Linux and the largest positive long on macOS.
                || softAndHard[0] < 0
                || softAndHard[0] == Long.MAX_VALUE;
        return unlimited ? MemoryLockStatus.NO_LIMIT : softAndHard[0];
    }

    /**
     * Directly mapped: arguments are primitives of the C types' exact widths on 64-bit systems, so a call costs no
     * reflection.
     */
    private static final class Calls {

        /** Why the calls don't work; empty if they do. */
        static final String FAILURE = CLibrary.bind(Calls.class);

        private Calls() {}

        static native long mmap(long address, long length, int protection, int flags, int fd, long offset);

        static native int munmap(long address, long length);

        static native int mlock(long address, long length);

        static native int munlock(long address, long length);

        static native int madvise(long address, long length, int advice);

        static native int getrlimit(int resource, long[] softAndHard);

        static native int getpagesize();
    }
}
