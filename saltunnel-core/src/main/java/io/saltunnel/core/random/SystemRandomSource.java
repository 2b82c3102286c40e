package io.saltunnel.core.random;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.saltunnel.core.secret.CLibrary;
import io.saltunnel.core.secret.Wiping;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.security.SecureRandom;

/**
 * The system's random source. The kernel fills direct buffers itself, and heap buffers through a direct one that is
 * wiped. Generators on the heap, such as the JDK's, keep parts of their output in buffers that are never wiped.
 * {@link SecureRandom} serves systems where the kernel can't be called.
 */
final class SystemRandomSource {

    /** The most bytes that one call to the kernel gives; also bounds the temporary buffers. */
    private static final int MAX_STEP = 256;

    private SystemRandomSource() {}

    /** Implements {@link RandomSource#fill}. */
    static void fill(ByteBuffer target) {
        if (target.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        int position = target.position();
        int length = target.remaining();
        int filled = fillByKernel(target, position, length);
        fillByJdk(target, position + filled, length - filled);
    }

    /** Returns the number of bytes from the kernel: all of them, unless it can't be called or fails. */
    private static int fillByKernel(ByteBuffer target, int offset, int length) {
        if (!Kernel.AVAILABLE) {
            return 0;
        }
        if (target.isDirect()) {
            return Kernel.fill(target, offset, length);
        }
        ByteBuffer outsideTheHeap = ByteBuffer.allocateDirect(Math.min(length, MAX_STEP));
        try {
            for (int done = 0; done < length; done += MAX_STEP) {
                int step = Math.min(length - done, MAX_STEP);
                if (Kernel.fill(outsideTheHeap, 0, step) < step) {
                    return done;
                }
                target.put(offset + done, outsideTheHeap, 0, step);
            }
            return length;
        } finally {
            Wiping.wipe(outsideTheHeap, 0, outsideTheHeap.capacity());
        }
    }

    /** Package-private for tests, which run on systems where the kernel would give all bytes. */
    static void fillByJdk(ByteBuffer target, int offset, int length) {
        if (length == 0) {
            return;
        }
        byte[] bytes = new byte[Math.min(length, MAX_STEP)];
        try {
            for (int done = 0; done < length; done += MAX_STEP) {
                Jdk.GENERATOR.nextBytes(bytes);
                target.put(offset + done, bytes, 0, Math.min(length - done, MAX_STEP));
            }
        } finally {
            Wiping.wipe(bytes);
        }
    }

    /** Created only when needed, because it seeds itself from the system. Any thread. */
    private static final class Jdk {
        private static final SecureRandom GENERATOR = new SecureRandom();

        private Jdk() {}
    }

    /**
     * Calls {@code getentropy} on Linux and macOS, for at most 256 bytes per call. It waits only after boot, until the
     * kernel's pool is first filled.
     */
    private static final class Kernel {

        private static final boolean AVAILABLE = CLibrary.bind(Kernel.class).isEmpty();

        private Kernel() {}

        /** Returns the number of bytes written. */
        static int fill(ByteBuffer direct, int offset, int length) {
            long address = Pointer.nativeValue(Native.getDirectBufferPointer(direct)) + offset;
            try {
                for (int done = 0; done < length; done += MAX_STEP) {
                    if (getentropy(address + done, Math.min(length - done, MAX_STEP)) != 0) {
                        return done;
                    }
                }
                return length;
            } finally {
                Reference.reachabilityFence(direct); // the address alone doesn't keep the memory alive
            }
        }

        private static native int getentropy(long address, long length);
    }
}
