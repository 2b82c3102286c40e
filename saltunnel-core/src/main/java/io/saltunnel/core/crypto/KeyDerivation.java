package io.saltunnel.core.crypto;

import io.saltunnel.core.secret.DeadStack;
import io.saltunnel.core.secret.SecretMemory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The function D of version 2 (docs/PROTOCOL.md): SHAKE256 of a label and of parts. The label is padded with zeros to
 * {@value #LABEL_SIZE} bytes. All parts but one have a fixed length, so that different parts never give the same input.
 *
 * <pre>
 *   of(label) ──▶ part, part, … ──▶ into(output) ──▶ close
 * </pre>
 *
 * <p>Its state depends on the parts, and {@link #close()} wipes it. One thread uses and closes it.
 */
public final class KeyDerivation implements AutoCloseable {

    /** Bytes that a label takes: {@value}. */
    private static final int LABEL_SIZE = 32;

    /**
     * Takes output that nothing uses, from any thread. It is direct like the memory of secrets, so that the same code
     * writes to both.
     */
    private static final ByteBuffer UNUSED = ByteBuffer.allocateDirect(2 * Long.BYTES);

    private final Keccak hash;

    private KeyDerivation(Keccak hash) {
        this.hash = hash;
    }

    /**
     * Begins with a label, in locked memory that belongs to the process.
     *
     * @param label up to {@value #LABEL_SIZE} ASCII characters; each label has one length of output
     * @return a derivation that the caller owns and closes
     * @throws IllegalArgumentException if the label is longer
     * @throws IllegalStateException never, unless this class has a defect
     * @throws io.saltunnel.core.secret.MemoryLockException if memory must be locked and can't be
     */
    public static KeyDerivation of(String label) {
        byte[] padded = padded(label);
        return begin(padded, Keccak.shake256());
    }

    /**
     * Begins with a label, in the memory of the parts.
     *
     * @param label up to {@value #LABEL_SIZE} ASCII characters; each label has one length of output
     * @param memory holds the state. If it is closed before the output is written, the output is wrong: the caller
     *     checks that it is still open before it uses the output
     * @return a derivation that the caller owns and closes
     * @throws IllegalArgumentException if the label is longer
     * @throws IllegalStateException if the memory is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if memory must be locked and can't be
     */
    public static KeyDerivation of(String label, SecretMemory memory) {
        byte[] padded = padded(label);
        return begin(padded, Keccak.shake256(memory));
    }

    private static byte[] padded(String label) {
        byte[] characters = label.getBytes(StandardCharsets.US_ASCII);
        if (characters.length > LABEL_SIZE) {
            throw new IllegalArgumentException("label of " + characters.length + " bytes");
        }
        return Arrays.copyOf(characters, LABEL_SIZE);
    }

    private static KeyDerivation begin(byte[] padded, Keccak hash) {
        for (byte character : padded) {
            hash.absorb(character);
        }
        return new KeyDerivation(hash);
    }

    /**
     * Adds a part.
     *
     * @param part holds the bytes; its position and limit don't move
     * @param offset absolute index of the first byte
     * @param length number of bytes, 0 or more
     * @return this, which the caller still owns
     * @throws IndexOutOfBoundsException if the range leaves the buffer
     * @throws IllegalStateException if output was taken already
     */
    public KeyDerivation part(ByteBuffer part, int offset, int length) {
        hash.absorb(part, offset, length);
        return this;
    }

    /**
     * Writes the derived bytes. The output may replace a part, because all parts have been absorbed.
     *
     * <p>Code that isn't fully compiled leaves the last word that it wrote on the thread's stack. So this method then
     * writes bytes that nothing uses, by the same call and so to the same place on the stack.
     *
     * @param output takes the bytes; its position and limit don't move
     * @param offset absolute index of the first byte
     * @param length how many bytes; always the same for one label
     * @throws IndexOutOfBoundsException if the range leaves the buffer; nothing is written then
     * @throws IllegalStateException if this is closed
     */
    public void into(ByteBuffer output, int offset, int length) {
        for (boolean written = false; ; written = true) {
            hash.squeeze(written ? UNUSED : output, written ? 0 : offset, written ? UNUSED.capacity() : length);
            if (written) {
                return;
            }
        }
    }

    /** Wipes the state, and the words of the parts that are left on this thread's stack. */
    @Override
    public void close() {
        hash.close();
        DeadStack.wipe();
    }
}
