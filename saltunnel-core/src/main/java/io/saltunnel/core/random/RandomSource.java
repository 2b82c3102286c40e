package io.saltunnel.core.random;

import java.nio.ByteBuffer;

/**
 * A source of random bytes, handed in wherever keys and nonces are made so that tests can replay a whole connection.
 *
 * <p>Implementations may be called from several threads at once.
 */
@FunctionalInterface
public interface RandomSource {

    /**
     * Overwrites every byte between position and limit with random ones; position and limit stay where they were.
     *
     * @param target the buffer to fill, heap or direct, of either byte order; remains the caller's to wipe
     * @throws java.nio.ReadOnlyBufferException if it is read-only; nothing is written then
     */
    void fill(ByteBuffer target);

    /**
     * The system's cryptographic source. On Linux and macOS the kernel fills direct buffers without a copy on the way,
     * and heap buffers through a direct one, which is wiped before this returns. Where the kernel can't be asked, the
     * bytes come from {@link java.security.SecureRandom}, through a heap array that is wiped as well.
     *
     * @return a source that is safe for keys, may be shared by all threads, and never blocks once the system has
     *     started
     */
    static RandomSource system() {
        return SystemRandomSource.INSTANCE;
    }
}
