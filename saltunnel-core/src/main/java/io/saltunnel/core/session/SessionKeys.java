package io.saltunnel.core.session;

import io.saltunnel.core.crypto.KeyDerivation;
import io.saltunnel.core.crypto.Salsa20;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.secret.Wiping;
import java.nio.ByteBuffer;

/**
 * The keys of one tunnel, {@code S} in {@code docs/PROTOCOL.md}. In version 1 they are the first 64 bytes of the
 * Salsa20 stream under the shared secret of the two ephemeral keys, with a nonce of zeros, and never change. In version
 * 2 a {@link KeyDerivation} gives them, and a new key overwrites the old one.
 *
 * <table>
 * <caption>64 bytes of locked memory</caption>
 * <tr><th>offset</th><th>size</th><th>field</th></tr>
 * <tr><td>{@value #CLIENT_KEY}</td><td>32</td><td>client key: seals what the client sends</td></tr>
 * <tr><td>{@value #SERVER_KEY}</td><td>32</td><td>server key: seals what the server sends</td></tr>
 * </table>
 *
 * <p>Its holder owns it and closes it; a {@link Session} takes it over. It must not be used while another thread closes
 * it.
 */
public final class SessionKeys implements AutoCloseable {

    /** The length of a direction's key in bytes. */
    static final int KEY_SIZE = 32;

    /** Where the client key begins in {@link #bytes()}. */
    public static final int CLIENT_KEY = 0;

    /** Where the server key begins in {@link #bytes()}. */
    public static final int SERVER_KEY = 32;

    private static final int SIZE = 64;
    private static final int PROOF_SIZE = 16;
    private static final int PROOF_DISTANCE = 48;

    private static final String NEXT_KEY = "saltunnel 2 rekey";

    private final SecretBytes bytes;
    private final SecretMemory memory;

    private SessionKeys(SecretBytes bytes, SecretMemory memory) {
        this.bytes = bytes;
        this.memory = memory;
    }

    /**
     * Derives the keys of version 1.
     *
     * @param sharedSecret the 32-byte result of X25519, which the caller still owns and closes
     * @param memory takes the keys
     * @return keys that the caller owns and closes
     * @throws IllegalStateException if the shared secret or the memory is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory must be locked and can't be
     */
    public static SessionKeys derive(SecretBytes sharedSecret, SecretMemory memory) {
        SecretBytes bytes = memory.allocate(SIZE);
        try {
            Salsa20.keystream(sharedSecret.buffer(), 0, 0, 0, bytes.buffer(), 0, SIZE);
            sharedSecret.checkOpen();
            return new SessionKeys(bytes, memory);
        } catch (Throwable e) {
            bytes.close();
            throw e;
        }
    }

    /**
     * Derives the keys of version 2.
     *
     * @param derivation has taken in all its parts; the caller still owns and closes it, and checks afterwards that the
     *     parts were still open
     * @param memory takes the keys
     * @return keys that the caller owns and closes
     * @throws IllegalStateException if the memory is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory must be locked and can't be
     */
    public static SessionKeys derive(KeyDerivation derivation, SecretMemory memory) {
        SecretBytes bytes = memory.allocate(SIZE);
        try {
            derivation.into(bytes.buffer(), 0, SIZE);
            return new SessionKeys(bytes, memory);
        } catch (Throwable e) {
            bytes.close();
            throw e;
        }
    }

    /** Replaces a direction's key by the next one, from which the old key can't be computed. */
    void change(int keyOffset) {
        ByteBuffer keys = bytes();
        try (KeyDerivation derivation = KeyDerivation.of(NEXT_KEY, memory)) {
            derivation.part(keys, keyOffset, KEY_SIZE).into(keys, keyOffset, KEY_SIZE);
        }
        try {
            checkOpen();
        } catch (IllegalStateException e) { // perhaps written after the memory was wiped
            Wiping.wipe(keys, keyOffset, KEY_SIZE);
            throw e;
        }
    }

    /** Wipes the key of a direction that has ended. */
    void wipe(int keyOffset) {
        Wiping.wipe(bytes(), keyOffset, KEY_SIZE);
    }

    /**
     * The bytes of the keys, laid out as in the table above.
     *
     * @return the direct, little-endian buffer of {@link SecretBytes#buffer()}, to be used by absolute index, and not
     *     after {@link #close()}
     * @throws IllegalStateException if these keys are closed
     */
    public ByteBuffer bytes() {
        return bytes.buffer();
    }

    /**
     * The proof in serverhi: byte {@code i} is {@code S[i] XOR S[48+i]}. It reveals nothing about either key without
     * the other.
     *
     * @return a new array of 16 bytes
     * @throws IllegalStateException if these keys are closed
     */
    public byte[] proof() {
        ByteBuffer keys = bytes.buffer();
        byte[] proof = new byte[PROOF_SIZE];
        for (int i = 0; i < PROOF_SIZE; i++) {
            proof[i] = (byte) (keys.get(i) ^ keys.get(PROOF_DISTANCE + i));
        }
        checkOpen();
        return proof;
    }

    /**
     * Checks that results computed from the keys so far are valid, although another thread may have closed their
     * memory. If this throws, the results must not be used.
     *
     * @throws IllegalStateException if these keys or their memory is closed
     */
    public void checkOpen() {
        bytes.checkOpen();
    }

    void whenMemoryCloses(Runnable listener) {
        bytes.whenMemoryCloses(listener);
    }

    /** Wipes the keys. Closing them again does nothing. */
    @Override
    public void close() {
        bytes.close();
    }

    @Override
    public String toString() {
        return "SessionKeys[" + bytes + "]";
    }
}
