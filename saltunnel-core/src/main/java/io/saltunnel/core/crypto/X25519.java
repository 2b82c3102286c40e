package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.LittleEndian.getLong;

import java.nio.ByteBuffer;

/**
 * X25519, Diffie–Hellman on Curve25519, after RFC 7748: a {@linkplain MontgomeryLadder Montgomery ladder} whose
 * running time and memory accesses don't depend on the secret.
 *
 * <p>A public key is a multiple of a point that never changes. After the first few dozen, public keys come from a table
 * of its multiples, in a third of the time.
 *
 * <p>Secrets are clamped here, so any 32 random bytes will do; the top bit of a public key is ignored. Any thread: each
 * call keeps intermediate values in its own scratch array, and wipes it before it returns.
 */
public final class X25519 {

    /** Bytes in a secret, in a public key and in a shared secret: {@value}. */
    public static final int KEY_SIZE = MontgomeryLadder.KEY_SIZE;

    private X25519() {}

    /**
     * Computes the public key that belongs to a secret.
     *
     * @param secret holds the 32 bytes of the secret
     * @param secretOffset where the secret starts
     * @param publicKey takes the 32 bytes of the public key; may overlap the secret
     * @param publicKeyOffset where the public key starts
     * @throws IndexOutOfBoundsException if a range leaves its buffer
     */
    public static void publicKey(ByteBuffer secret, int secretOffset, ByteBuffer publicKey, int publicKeyOffset) {
        LittleEndian.check(secret, secretOffset, KEY_SIZE);
        LittleEndian.check(publicKey, publicKeyOffset, KEY_SIZE);
        BasePointTable table = BasePointTable.ifWorthIt();
        if (table != null) {
            table.multiply(secret, secretOffset, publicKey, publicKeyOffset);
        } else {
            MontgomeryLadder.multiplyBase(secret, secretOffset, publicKey, publicKeyOffset);
        }
    }

    /**
     * Computes the secret shared with a peer.
     *
     * @param secret holds the 32 bytes of the caller's secret
     * @param secretOffset where the secret starts
     * @param peerPublicKey holds the 32 bytes of the peer's public key; any value is accepted, canonical or not
     * @param peerPublicKeyOffset where the peer's public key starts
     * @param shared takes the 32 bytes of the shared secret, which the caller wipes; may overlap the other two
     * @param sharedOffset where the shared secret starts
     * @return false if the shared secret is all zeros, which means that the peer's public key is a point of low order:
     *     the result must not be used
     * @throws IndexOutOfBoundsException if a range leaves its buffer
     */
    public static boolean sharedSecret(
            ByteBuffer secret,
            int secretOffset,
            ByteBuffer peerPublicKey,
            int peerPublicKeyOffset,
            ByteBuffer shared,
            int sharedOffset) {
        LittleEndian.check(secret, secretOffset, KEY_SIZE);
        LittleEndian.check(peerPublicKey, peerPublicKeyOffset, KEY_SIZE);
        LittleEndian.check(shared, sharedOffset, KEY_SIZE);
        MontgomeryLadder.multiply(
                secret,
                secretOffset,
                getLong(peerPublicKey, peerPublicKeyOffset),
                getLong(peerPublicKey, peerPublicKeyOffset + 8),
                getLong(peerPublicKey, peerPublicKeyOffset + 16),
                getLong(peerPublicKey, peerPublicKeyOffset + 24),
                shared,
                sharedOffset);
        long any = getLong(shared, sharedOffset)
                | getLong(shared, sharedOffset + 8)
                | getLong(shared, sharedOffset + 16)
                | getLong(shared, sharedOffset + 24);
        return any != 0;
    }
}
