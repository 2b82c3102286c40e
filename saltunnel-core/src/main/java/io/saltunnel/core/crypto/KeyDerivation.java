package io.saltunnel.core.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The function D of version 2 (docs/PROTOCOL.md): SHAKE256 of a label and of parts. The label is padded with zeros to
 * {@value #LABEL_SIZE} bytes. All parts but one have a fixed length, so that no two inputs are the same.
 *
 * <pre>
 *   of(label) ──▶ part, part, … ──▶ into(output) ──▶ close
 * </pre>
 *
 * <p>Holds what follows from the parts until {@link #close()} wipes it. One thread at a time.
 */
public final class KeyDerivation implements AutoCloseable {

    /** Bytes that a label takes: {@value}. */
    private static final int LABEL_SIZE = 32;

    /** Takes output that nothing uses, from any threads. It is direct, as the memory of secrets, so that its code is the same. */
    private static final ByteBuffer UNUSED = ByteBuffer.allocateDirect(2 * Long.BYTES);

    private final Keccak hash = Keccak.shake256();

    private KeyDerivation() {}

    /**
     * Begins with a label.
     *
     * @param label up to {@value #LABEL_SIZE} ASCII characters, which belong to one length of output
     * @return a derivation that the caller owns and closes
     * @throws IllegalArgumentException if the label is longer
     * @throws IllegalStateException never, unless this class has a defect
     */
    public static KeyDerivation of(String label) {
        byte[] characters = label.getBytes(StandardCharsets.US_ASCII);
        if (characters.length > LABEL_SIZE) {
            throw new IllegalArgumentException("label of " + characters.length + " bytes");
        }
        KeyDerivation derivation = new KeyDerivation();
        ByteBuffer padded = ByteBuffer.allocate(LABEL_SIZE).put(0, characters);
        derivation.hash.absorb(padded, 0, LABEL_SIZE);
        return derivation;
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
     * Writes the derived bytes. The output may replace a part, since all parts have been taken in.
     *
     * <p>Code that isn't fully compiled leaves the last word that it wrote on the thread's stack. So it goes
     * on to write bytes that nothing uses, by the same call and so in the same place of the stack.
     *
     * @param output takes the bytes; its position and limit don't move
     * @param offset absolute index of the first byte
     * @param length how many bytes, the label's length of output
     * @throws IndexOutOfBoundsException if the range leaves the buffer; nothing is written then
     */
    public void into(ByteBuffer output, int offset, int length) {
        for (boolean written = false; ; written = true) {
            hash.squeeze(written ? UNUSED : output, written ? 0 : offset, written ? UNUSED.capacity() : length);
            if (written) {
                return;
            }
        }
    }

    /** Wipes what follows from the parts. */
    @Override
    public void close() {
        hash.close();
    }
}
