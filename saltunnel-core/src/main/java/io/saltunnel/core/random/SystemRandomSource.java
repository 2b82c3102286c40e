package io.saltunnel.core.random;

import com.google.crypto.tink.subtle.Random;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import io.saltunnel.core.secret.Wiping;
import java.nio.ByteBuffer;

/**
 * The system's random source. Direct buffers are filled by the kernel itself: generators on the heap, Tink's and the
 * JDK's among them, keep parts of what they gave out in buffers that nobody wipes. Tink's serves heap buffers, and
 * systems where the kernel can't be asked.
 */
enum SystemRandomSource implements RandomSource {
    INSTANCE;

    /** The most that one call of the kernel always gives whole; also bounds the temporary array. */
    private static final int MAX_STEP = 256;

    @Override
    public void fill(ByteBuffer target) {
        int end = target.limit();
        for (int at = target.position(); at < end; at += MAX_STEP) {
            int length = Math.min(MAX_STEP, end - at);
            if (!(target.isDirect() && Kernel.fill(target, at, length))) {
                fillByTink(target, at, length);
            }
        }
    }

    /** Package-private for tests: the other way is taken wherever these run. */
    static void fillByTink(ByteBuffer target, int offset, int length) {
        byte[] bytes = Random.randBytes(length);
        try {
            target.put(offset, bytes);
        } finally {
            Wiping.wipe(bytes);
        }
    }

    /**
     * {@code getentropy}: on Linux and macOS, at most 256 bytes a call, waits for the kernel's pool once after boot,
     * never later.
     */
    private static final class Kernel {

        private static final boolean AVAILABLE = register();

        private Kernel() {}

        static boolean fill(ByteBuffer direct, int offset, int length) {
            // A read-only buffer must not be written behind Java's back; the other way refuses it.
            return AVAILABLE
                    && !direct.isReadOnly()
                    && getentropy(Pointer.nativeValue(Native.getDirectBufferPointer(direct)) + offset, length) == 0;
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
