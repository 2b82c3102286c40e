package io.saltunnel.core.crypto;

import java.nio.ByteBuffer;

/**
 * ML-KEM-768, the key encapsulation of FIPS 203. Its running time and memory accesses don't depend on secrets.
 *
 * <p>The caller provides the random values: the seeds d and z of a key pair, and the message m of an encapsulation. The
 * results depend on nothing else. All bytes are as in FIPS 203. Any thread: each call keeps intermediate values in
 * scratch space of its own, and wipes it before it returns or throws.
 */
public final class MlKem768 {

    /** Bytes in the seeds of a key pair, d and then z: {@value}. */
    public static final int SEED_SIZE = 64;

    /** Bytes in an encapsulation key: {@value}. */
    public static final int ENCAPSULATION_KEY_SIZE = 1184;

    /** Bytes in a decapsulation key: {@value}. */
    public static final int DECAPSULATION_KEY_SIZE = 2400;

    /** Bytes in the message of an encapsulation: {@value}. */
    public static final int MESSAGE_SIZE = 32;

    /** Bytes in a ciphertext: {@value}. */
    public static final int CIPHERTEXT_SIZE = 1088;

    /** Bytes in a shared secret: {@value}. */
    public static final int SHARED_SECRET_SIZE = 32;

    /** Bytes of coefficients at the start of an encapsulation key. */
    private static final int COEFFICIENT_BYTES = 1152;

    private MlKem768() {}

    /**
     * Computes a key pair from its seeds (FIPS 203, algorithm 16).
     *
     * @param seed holds the {@value #SEED_SIZE} bytes of d and z, which are random, secret, and used for one pair
     * @param seedOffset where they start
     * @param encapsulationKey takes the {@value #ENCAPSULATION_KEY_SIZE} bytes that the peer gets
     * @param encapsulationKeyOffset where they start
     * @param decapsulationKey takes the {@value #DECAPSULATION_KEY_SIZE} bytes that stay secret; the caller wipes them
     * @param decapsulationKeyOffset where they start
     * @throws IndexOutOfBoundsException if a range leaves its buffer
     * @throws IllegalStateException never, unless this class has a defect
     * @throws io.saltunnel.core.secret.MemoryLockException if scratch space must be locked and can't be
     */
    public static void keyPair(
            ByteBuffer seed,
            int seedOffset,
            ByteBuffer encapsulationKey,
            int encapsulationKeyOffset,
            ByteBuffer decapsulationKey,
            int decapsulationKeyOffset) {
        LittleEndian.check(seed, seedOffset, SEED_SIZE);
        LittleEndian.check(encapsulationKey, encapsulationKeyOffset, ENCAPSULATION_KEY_SIZE);
        LittleEndian.check(decapsulationKey, decapsulationKeyOffset, DECAPSULATION_KEY_SIZE);
        try (MlKemCall call = MlKemCall.begin()) {
            call.generate(
                    seed,
                    seedOffset,
                    encapsulationKey,
                    encapsulationKeyOffset,
                    decapsulationKey,
                    decapsulationKeyOffset);
        }
    }

    /**
     * Computes a shared secret and the ciphertext that lets the holder of the decapsulation key compute it too (FIPS
     * 203, algorithms 17 and 20).
     *
     * @param encapsulationKey holds the {@value #ENCAPSULATION_KEY_SIZE} bytes of the peer's key
     * @param encapsulationKeyOffset where they start
     * @param message holds the {@value #MESSAGE_SIZE} bytes of m, which are random, secret, and used once
     * @param messageOffset where they start
     * @param ciphertext takes {@value #CIPHERTEXT_SIZE} bytes
     * @param ciphertextOffset where they start
     * @param shared takes the {@value #SHARED_SECRET_SIZE} bytes of the shared secret, which the caller wipes
     * @param sharedOffset where they start
     * @return false if the key fails FIPS 203's modulus check (section 7.2): nothing was written then
     * @throws IndexOutOfBoundsException if a range leaves its buffer
     * @throws IllegalStateException never, unless this class has a defect
     * @throws io.saltunnel.core.secret.MemoryLockException if scratch space must be locked and can't be
     */
    public static boolean encapsulate(
            ByteBuffer encapsulationKey,
            int encapsulationKeyOffset,
            ByteBuffer message,
            int messageOffset,
            ByteBuffer ciphertext,
            int ciphertextOffset,
            ByteBuffer shared,
            int sharedOffset) {
        LittleEndian.check(encapsulationKey, encapsulationKeyOffset, ENCAPSULATION_KEY_SIZE);
        LittleEndian.check(message, messageOffset, MESSAGE_SIZE);
        LittleEndian.check(ciphertext, ciphertextOffset, CIPHERTEXT_SIZE);
        LittleEndian.check(shared, sharedOffset, SHARED_SECRET_SIZE);
        if (!isReduced(encapsulationKey, encapsulationKeyOffset)) {
            return false;
        }
        try (MlKemCall call = MlKemCall.begin()) {
            call.encapsulate(
                    encapsulationKey,
                    encapsulationKeyOffset,
                    message,
                    messageOffset,
                    ciphertext,
                    ciphertextOffset,
                    shared,
                    sharedOffset);
            return true;
        }
    }

    /**
     * Computes the shared secret of a ciphertext (FIPS 203, algorithm 18). If no encapsulation for this key made the
     * ciphertext, the result is a secret that the peer doesn't have. The caller can't tell the two cases apart
     * (implicit rejection).
     *
     * @param decapsulationKey holds the {@value #DECAPSULATION_KEY_SIZE} bytes of a key from {@link #keyPair}
     * @param decapsulationKeyOffset where they start
     * @param ciphertext holds {@value #CIPHERTEXT_SIZE} bytes of any content
     * @param ciphertextOffset where they start
     * @param shared takes the {@value #SHARED_SECRET_SIZE} bytes of the shared secret, which the caller wipes
     * @param sharedOffset where they start
     * @throws IndexOutOfBoundsException if a range leaves its buffer
     * @throws IllegalStateException never, unless this class has a defect
     * @throws io.saltunnel.core.secret.MemoryLockException if scratch space must be locked and can't be
     */
    public static void decapsulate(
            ByteBuffer decapsulationKey,
            int decapsulationKeyOffset,
            ByteBuffer ciphertext,
            int ciphertextOffset,
            ByteBuffer shared,
            int sharedOffset) {
        LittleEndian.check(decapsulationKey, decapsulationKeyOffset, DECAPSULATION_KEY_SIZE);
        LittleEndian.check(ciphertext, ciphertextOffset, CIPHERTEXT_SIZE);
        LittleEndian.check(shared, sharedOffset, SHARED_SECRET_SIZE);
        try (MlKemCall call = MlKemCall.begin()) {
            call.decapsulate(
                    decapsulationKey, decapsulationKeyOffset, ciphertext, ciphertextOffset, shared, sharedOffset);
        }
    }

    /** The modulus check: whether all coefficients are below q. The key is public. */
    private static boolean isReduced(ByteBuffer key, int offset) {
        for (int at = offset; at < offset + COEFFICIENT_BYTES; at += 3) {
            int low = key.get(at) & 0xff | (key.get(at + 1) & 0xf) << 8;
            int high = (key.get(at + 1) & 0xff) >>> 4 | (key.get(at + 2) & 0xff) << 4;
            if (low >= KyberRing.Q || high >= KyberRing.Q) {
                return false;
            }
        }
        return true;
    }
}
