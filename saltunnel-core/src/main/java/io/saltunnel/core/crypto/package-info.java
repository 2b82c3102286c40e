/**
 * The primitives of the protocol, in plain Java and in constant time: Salsa20 and HSalsa20, Poly1305, NaCl's secretbox
 * over both, X25519, and {@link io.saltunnel.core.crypto.ChunkCipher}, which seals and opens whole runs of chunks.
 *
 * <p>Conventions of every method here:
 *
 * <ul>
 *   <li>Data lives in {@link java.nio.ByteBuffer}s, direct or on the heap, of either byte order. Offsets are absolute;
 *       a buffer's position and limit are never moved, and its limit is respected.
 *   <li>A range that leaves its buffer is refused with {@link java.lang.IndexOutOfBoundsException} before anything is
 *       written.
 *   <li>No branch and no address depends on a key, a keystream or a plaintext. The one exception is a chunk's length
 *       field, which decides how much is copied, after its tag has been verified.
 *   <li>Secrets never reach the heap in one piece. Key words are held in local variables; the rest is held in scratch
 *       space that is wiped before the method returns.
 * </ul>
 */
@NullMarked
package io.saltunnel.core.crypto;

import org.jspecify.annotations.NullMarked;
