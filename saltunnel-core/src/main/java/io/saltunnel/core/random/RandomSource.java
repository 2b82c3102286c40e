package io.saltunnel.core.random;

import java.nio.ByteBuffer;

/**
 * A source of random bytes. All code that makes keys and nonces receives a source, so that tests can replay a whole
 * connection.
 *
 * <p>Implementations may be called from several threads at once.
 */
@FunctionalInterface
public interface RandomSource {

    /**
     * Overwrites every byte between position and limit with random ones; position and limit don't move.
     *
     * @param target the buffer to fill, heap or direct, of either byte order; the caller wipes it
     * @throws java.nio.ReadOnlyBufferException if it is read-only; nothing is written then
     */
    void fill(ByteBuffer target);

    /**
     * The system's cryptographic source. On Linux and macOS the kernel fills direct buffers without another copy, and
     * heap buffers through a direct one, which is wiped before this returns. If the kernel can't be called,
     * {@link java.security.SecureRandom} gives the bytes, through a heap array that is wiped as well.
     *
     * @return a source that is safe for keys, may be shared by all threads, and never blocks once the system has
     *     started
     */
    static RandomSource system() {
        return SystemRandomSource::fill;
    }
}
