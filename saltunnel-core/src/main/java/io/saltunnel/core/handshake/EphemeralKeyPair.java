package io.saltunnel.core.handshake;

import io.saltunnel.core.crypto.X25519;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.SessionKeys;
import java.nio.ByteBuffer;
import java.util.Optional;

/** An X25519 key pair (RFC 7748) for one handshake, which owns it and closes it on every path. One thread at a time. */
final class EphemeralKeyPair implements AutoCloseable {

    private static final int SECRET = 0;
    private static final int PUBLIC = X25519.KEY_SIZE;
    private static final int PEER = 2 * X25519.KEY_SIZE;
    private static final int SIZE = 3 * X25519.KEY_SIZE;

    private final SecretMemory memory;

    /** The secret key, then the public key, then room for the peer's public key. */
    private final SecretBytes keys;

    private EphemeralKeyPair(SecretMemory memory, SecretBytes keys) {
        this.memory = memory;
        this.keys = keys;
    }

    /**
     * Makes a new pair.
     *
     * @param random gives the 32 secret bytes
     * @param memory holds the pair and everything derived from it
     * @return a pair that the caller owns and closes
     * @throws IllegalStateException if the memory is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory must be locked and can't be
     */
    static EphemeralKeyPair generate(RandomSource random, SecretMemory memory) {
        SecretBytes keys = memory.allocate(SIZE);
        try {
            ByteBuffer buffer = keys.buffer();
            random.fill(buffer.slice(SECRET, X25519.KEY_SIZE));
            X25519.publicKey(buffer, SECRET, buffer, PUBLIC);
            keys.checkOpen();
            return new EphemeralKeyPair(memory, keys);
        } catch (Throwable e) {
            keys.close();
            throw e;
        }
    }

    /**
     * The public key, which is sent to the peer.
     *
     * @return a new array of 32 bytes
     * @throws IllegalStateException if this pair is closed
     */
    byte[] publicKey() {
        byte[] publicKey = new byte[X25519.KEY_SIZE];
        keys.buffer().get(PUBLIC, publicKey);
        return publicKey;
    }

    /** Writes the 32 bytes of the public key, which is sent to the peer. */
    void putPublicKey(ByteBuffer target, int offset) {
        target.put(offset, keys.buffer(), PUBLIC, X25519.KEY_SIZE);
    }

    /**
     * Computes the secret shared with the peer. The pair stays open; its owner closes it.
     *
     * @param peerPublicKey holds the 32 bytes of the peer's ephemeral public key
     * @param peerOffset where they start
     * @param shared takes the 32 bytes of the secret, which the caller wipes
     * @param sharedOffset where they start
     * @return false if the peer's key is a point of low order
     * @throws IllegalStateException if this pair is closed
     */
    boolean agree(ByteBuffer peerPublicKey, int peerOffset, ByteBuffer shared, int sharedOffset) {
        return X25519.sharedSecret(keys.buffer(), SECRET, peerPublicKey, peerOffset, shared, sharedOffset);
    }

    /** Computes the secret as above, from a public key in an array. */
    boolean agree(byte[] peerPublicKey, ByteBuffer shared, int sharedOffset) {
        keys.buffer().put(PEER, peerPublicKey);
        return agree(keys.buffer(), PEER, shared, sharedOffset);
    }

    /**
     * Derives version 1's session keys from this pair and the peer's public key. The pair stays open; its owner closes
     * it.
     *
     * @param peerPublicKey the peer's ephemeral public key, 32 bytes
     * @return keys that the caller owns and closes; or none, if the peer's key is a point of low order
     * @throws IllegalStateException if this pair is closed
     */
    Optional<SessionKeys> agree(byte[] peerPublicKey) {
        try (SecretBytes shared = memory.allocate(X25519.KEY_SIZE)) {
            return agree(peerPublicKey, shared.buffer(), 0)
                    ? Optional.of(SessionKeys.derive(shared, memory))
                    : Optional.empty();
        }
    }

    /** Wipes the pair. Closing it again does nothing. */
    @Override
    public void close() {
        keys.close();
    }

    @Override
    public String toString() {
        return "EphemeralKeyPair[" + keys + "]";
    }
}
