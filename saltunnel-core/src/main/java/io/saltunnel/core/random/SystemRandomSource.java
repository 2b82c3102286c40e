package io.saltunnel.core.random;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import io.saltunnel.core.secret.Wiping;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.security.SecureRandom;

/**
 * The system's random source. The kernel fills direct buffers itself, and heap buffers through a direct one that is
 * wiped: generators on the heap, the JDK's among them, keep parts of what they gave out in buffers that nobody wipes.
 * {@link SecureRandom} serves the systems where the kernel can't be asked.
 */
enum SystemRandomSource implements RandomSource {
    INSTANCE;

    /** The most that one call of the kernel always gives whole; also bounds the temporary buffers. */
    private static final int MAX_STEP = 256;

    @Override
    public void fill(ByteBuffer target) {
        if (target.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        int position = target.position();
        int length = target.remaining();
        int filled = fillByKernel(target, position, length);
        fillByJdk(target, position + filled, length - filled);
    }

    /** Returns how many bytes the kernel gave: all of them, unless it can't be asked. */
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

    /** Package-private for tests: where these run, the kernel answers. */
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

    /** Made only where it is needed: it seeds itself from the system. Any thread. */
    private static final class Jdk {
        private static final SecureRandom GENERATOR = new SecureRandom();

        private Jdk() {}
    }

    /**
     * {@code getentropy}: on Linux and macOS, at most 256 bytes a call, waits for the kernel's pool once after boot,
     * never later.
     */
    private static final class Kernel {

        private static final boolean AVAILABLE = register();

        private Kernel() {}

        /** Returns how many bytes were written. */
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
                Reference.reachabilityFence(direct); // the address alone doesn't keep the memory
            }
        }

        private static boolean register() {
            try {
                if (!(Platform.isLinux() || Platform.isMac()) || !Platform.is64Bit()) {
                    return false;
                }
                Native.register(Kernel.class, Platform.C_LIBRARY_NAME);
                return true;
            } catch (LinkageError e) {
                return false;
            }
        }

        private static native int getentropy(long address, long length);
    }
}
