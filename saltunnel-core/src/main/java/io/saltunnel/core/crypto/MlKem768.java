package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.KyberRing.N;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * ML-KEM-768, the key encapsulation of FIPS 203, whose running time and memory accesses don't depend on secrets.
 *
 * <p>The random values are the caller's, so that all of it is deterministic: the seeds d and z of a key pair, the
 * message m of an encapsulation. All bytes are as in FIPS 203. Any thread: intermediate values lie in scratch arrays of
 * the call's own, which are wiped before it returns.
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

    /** The dimension of vectors. */
    private static final int K = 3;

    /** Bytes of a polynomial of 12-bit coefficients, and of 10-bit ones. */
    private static final int POLYNOMIAL_SIZE = 384;

    private static final int U_SIZE = 320;

    private static final int SEED_WORDS = 4;
    private static final int RHO = K * POLYNOMIAL_SIZE;

    // The parts of a decapsulation key behind its secret vector.
    private static final int OWN_ENCAPSULATION_KEY = K * POLYNOMIAL_SIZE;
    private static final int HASH = OWN_ENCAPSULATION_KEY + ENCAPSULATION_KEY_SIZE;
    private static final int Z = HASH + Keccak.SHA3_256_SIZE;

    // Polynomials in the scratch array: a vector, a sum, a factor.
    private static final int SUM = K * N;
    private static final int FACTOR = (K + 1) * N;
    private static final int SCRATCH = (K + 2) * N;

    private final int[] scratch = new int[SCRATCH];
    private final long[] words = new long[4 * SEED_WORDS];
    private final Keccak hash = Keccak.sha3of512();
    private final Keccak secretStream = Keccak.shake256();
    private final Keccak publicStream = Keccak.shake128();

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
        MlKem768 call = new MlKem768();
        try {
            call.generate(
                    seed,
                    seedOffset,
                    encapsulationKey,
                    encapsulationKeyOffset,
                    decapsulationKey,
                    decapsulationKeyOffset);
        } finally {
            call.wipe();
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
        MlKem768 call = new MlKem768();
        try {
            call.encapsulateTo(
                    encapsulationKey,
                    encapsulationKeyOffset,
                    message,
                    messageOffset,
                    ciphertext,
                    ciphertextOffset,
                    shared,
                    sharedOffset);
            return true;
        } finally {
            call.wipe();
        }
    }

    /**
     * Computes the shared secret of a ciphertext (FIPS 203, algorithm 18). Where the ciphertext is not one that an
     * encapsulation made for this key, the result is a secret that nobody shares; nothing tells the two cases apart.
     *
     * @param decapsulationKey holds the {@value #DECAPSULATION_KEY_SIZE} bytes of a key from {@link #keyPair}
     * @param decapsulationKeyOffset where they start
     * @param ciphertext holds {@value #CIPHERTEXT_SIZE} bytes, whatever they are
     * @param ciphertextOffset where they start
     * @param shared takes the {@value #SHARED_SECRET_SIZE} bytes of the shared secret, which the caller wipes
     * @param sharedOffset where they start
     * @throws IndexOutOfBoundsException if a range leaves its buffer
     * @throws IllegalStateException never, unless this class has a defect
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
        MlKem768 call = new MlKem768();
        try {
            call.decapsulateTo(
                    decapsulationKey, decapsulationKeyOffset, ciphertext, ciphertextOffset, shared, sharedOffset);
        } finally {
            call.wipe();
        }
    }

    /** Whether all coefficients are below q: they are the same when they are encoded again. The key is public. */
    private static boolean isReduced(ByteBuffer key, int offset) {
        for (int at = offset; at < offset + RHO; at += 3) {
            int low = key.get(at) & 0xff | (key.get(at + 1) & 0xf) << 8;
            int high = (key.get(at + 1) & 0xff) >>> 4 | (key.get(at + 2) & 0xff) << 4;
            if (low >= KyberRing.Q || high >= KyberRing.Q) {
                return false;
            }
        }
        return true;
    }

    // ---- the three algorithms

    private void generate(ByteBuffer seed, int seedAt, ByteBuffer ek, int ekAt, ByteBuffer dk, int dkAt) {
        hash.absorb(seed, seedAt, MESSAGE_SIZE).absorb((byte) K);
        hash.squeeze(ek, ekAt + RHO, Keccak.SHA3_256_SIZE); // rho
        squeezeWords(hash, 0); // sigma
        for (int i = 0; i < K; i++) {
            sampleSecret(0, i, i * N);
            KyberRing.transform(scratch, i * N);
            KyberRing.encode12(scratch, i * N, dk, dkAt + i * POLYNOMIAL_SIZE);
        }
        for (int row = 0; row < K; row++) {
            Arrays.fill(scratch, SUM, SUM + N, 0);
            for (int column = 0; column < K; column++) {
                sampleMatrix(ek, ekAt + RHO, column, row);
                KyberRing.multiplyAdd(scratch, SUM, scratch, FACTOR, scratch, column * N);
            }
            KyberRing.multiplyByR(scratch, SUM);
            sampleSecret(0, K + row, FACTOR);
            KyberRing.transform(scratch, FACTOR);
            KyberRing.add(scratch, SUM, scratch, FACTOR);
            KyberRing.reduce(scratch, SUM);
            KyberRing.encode12(scratch, SUM, ek, ekAt + row * POLYNOMIAL_SIZE);
        }
        for (int i = 0; i < ENCAPSULATION_KEY_SIZE; i++) {
            dk.put(dkAt + OWN_ENCAPSULATION_KEY + i, ek.get(ekAt + i));
        }
        Keccak.sha3of256().absorb(ek, ekAt, ENCAPSULATION_KEY_SIZE).squeeze(dk, dkAt + HASH, Keccak.SHA3_256_SIZE);
        for (int i = 0; i < MESSAGE_SIZE; i++) {
            dk.put(dkAt + Z + i, seed.get(seedAt + MESSAGE_SIZE + i));
        }
    }

    private void encapsulateTo(
            ByteBuffer ek,
            int ekAt,
            ByteBuffer message,
            int messageAt,
            ByteBuffer ct,
            int ctAt,
            ByteBuffer ss,
            int at) {
        for (int i = 0; i < SEED_WORDS; i++) {
            words[i] = LittleEndian.getLong(message, messageAt + i * Long.BYTES);
        }
        absorbWords(hash, 0);
        Keccak keyHash = Keccak.sha3of256().absorb(ek, ekAt, ENCAPSULATION_KEY_SIZE);
        for (int i = 0; i < SEED_WORDS; i++) {
            hash.absorbLong(keyHash.squeezeLong());
        }
        squeezeWords(hash, SEED_WORDS); // the shared secret
        squeezeWords(hash, 2 * SEED_WORDS); // r
        encrypt(ek, ekAt, (part, packed, bytes) -> {
            for (int i = 0; i < bytes; i++) {
                ct.put(ctAt + part + i, (byte) (packed >>> i * Byte.SIZE));
            }
        });
        for (int i = 0; i < SEED_WORDS; i++) {
            LittleEndian.putLong(ss, at + i * Long.BYTES, words[SEED_WORDS + i]);
        }
    }

    private void decapsulateTo(ByteBuffer dk, int dkAt, ByteBuffer ct, int ctAt, ByteBuffer ss, int at) {
        decrypt(dk, dkAt, ct, ctAt);
        absorbWords(hash, 0);
        hash.absorb(dk, dkAt + HASH, Keccak.SHA3_256_SIZE);
        squeezeWords(hash, SEED_WORDS); // the shared secret, if the ciphertext is right
        squeezeWords(hash, 2 * SEED_WORDS); // r
        secretStream.reset().absorb(dk, dkAt + Z, MESSAGE_SIZE).absorb(ct, ctAt, CIPHERTEXT_SIZE);
        squeezeWords(secretStream, 3 * SEED_WORDS); // the other secret
        Comparison comparison = new Comparison(ct, ctAt);
        encrypt(dk, dkAt + OWN_ENCAPSULATION_KEY, comparison);
        long refused = comparison.mask();
        for (int i = 0; i < SEED_WORDS; i++) {
            long right = words[SEED_WORDS + i];
            LittleEndian.putLong(ss, at + i * Long.BYTES, right ^ (refused & (right ^ words[3 * SEED_WORDS + i])));
        }
    }

    /** Takes a ciphertext in pieces of up to eight bytes. */
    private interface CiphertextSink {
        void accept(int offset, long packed, int bytes);
    }

    /** Compares a ciphertext that is made again with one that was received, in a time that tells nothing. */
    private static final class Comparison implements CiphertextSink {
        private final ByteBuffer received;
        private final int start;
        private long difference;

        Comparison(ByteBuffer received, int start) {
            this.received = received;
            this.start = start;
        }

        @Override
        public void accept(int offset, long packed, int bytes) {
            difference |= packed ^ LittleEndian.getPartialLong(received, start + offset, bytes);
        }

        /** All ones if there is a difference, else zero. */
        long mask() {
            return (difference | -difference) >> 63;
        }
    }

    // ---- encryption (FIPS 203, section 5)

    /** Encrypts the message in the first words with the randomness in the third ones (algorithm 14). */
    private void encrypt(ByteBuffer ek, int ekAt, CiphertextSink sink) {
        int r = 2 * SEED_WORDS;
        for (int i = 0; i < K; i++) {
            sampleSecret(r, i, i * N);
            KyberRing.transform(scratch, i * N);
        }
        for (int row = 0; row < K; row++) {
            Arrays.fill(scratch, SUM, SUM + N, 0);
            for (int column = 0; column < K; column++) {
                sampleMatrix(ek, ekAt + RHO, row, column);
                KyberRing.multiplyAdd(scratch, SUM, scratch, FACTOR, scratch, column * N);
            }
            KyberRing.reduce(scratch, SUM);
            KyberRing.transformBack(scratch, SUM);
            sampleSecret(r, K + row, FACTOR);
            KyberRing.add(scratch, SUM, scratch, FACTOR);
            for (int i = 0; i < N / 4; i++) {
                sink.accept(row * U_SIZE + 5 * i, KyberRing.pack10(scratch, SUM + 4 * i), 5);
            }
        }
        Arrays.fill(scratch, SUM, SUM + N, 0);
        for (int i = 0; i < K; i++) {
            KyberRing.decode12(ek, ekAt + i * POLYNOMIAL_SIZE, scratch, FACTOR);
            KyberRing.multiplyAdd(scratch, SUM, scratch, FACTOR, scratch, i * N);
        }
        KyberRing.reduce(scratch, SUM);
        KyberRing.transformBack(scratch, SUM);
        sampleSecret(r, 2 * K, FACTOR);
        KyberRing.add(scratch, SUM, scratch, FACTOR);
        for (int i = 0; i < N; i++) {
            int bit = (int) (words[i / Long.SIZE] >>> i % Long.SIZE) & 1;
            scratch[SUM + i] += -bit & (KyberRing.Q + 1) / 2;
        }
        for (int i = 0; i < N / 8; i++) {
            sink.accept(K * U_SIZE + 4 * i, KyberRing.pack4(scratch, SUM + 8 * i) & 0xffff_ffffL, 4);
        }
    }

    /** Decrypts a ciphertext into the first words (algorithm 15). */
    private void decrypt(ByteBuffer dk, int dkAt, ByteBuffer ct, int ctAt) {
        for (int i = 0; i < K; i++) {
            for (int j = 0; j < N / 4; j++) {
                long packed = LittleEndian.getPartialLong(ct, ctAt + i * U_SIZE + 5 * j, 5);
                for (int part = 0; part < 4; part++) {
                    scratch[FACTOR + 4 * j + part] = KyberRing.decompress((int) (packed >>> 10 * part) & 0x3ff, 10);
                }
            }
            KyberRing.transform(scratch, FACTOR);
            KyberRing.decode12(dk, dkAt + i * POLYNOMIAL_SIZE, scratch, 0);
            KyberRing.multiplyAdd(scratch, SUM, scratch, 0, scratch, FACTOR);
        }
        KyberRing.reduce(scratch, SUM);
        KyberRing.transformBack(scratch, SUM);
        for (int i = 0; i < N; i++) {
            int nibble = ct.get(ctAt + K * U_SIZE + i / 2) >>> 4 * (i % 2) & 0xf;
            int noisy = KyberRing.nonNegative(KyberRing.reduced(KyberRing.decompress(nibble, 4) - scratch[SUM + i]));
            words[i / Long.SIZE] |= (long) KyberRing.compress(noisy, 1) << i % Long.SIZE;
        }
    }

    // ---- parts

    /** A polynomial of a secret vector, from the seed in some words and its number. */
    private void sampleSecret(int seedWords, int number, int p) {
        secretStream.reset();
        absorbWords(secretStream, seedWords);
        KyberRing.sampleBinomial(secretStream.absorb((byte) number), scratch, p);
    }

    /** An element of the public matrix. */
    private void sampleMatrix(ByteBuffer rho, int rhoAt, int first, int second) {
        publicStream.reset().absorb(rho, rhoAt, Keccak.SHA3_256_SIZE);
        publicStream.absorb((byte) first).absorb((byte) second);
        KyberRing.sampleUniform(publicStream, scratch, FACTOR);
    }

    private void absorbWords(Keccak into, int from) {
        for (int i = 0; i < SEED_WORDS; i++) {
            into.absorbLong(words[from + i]);
        }
    }

    private void squeezeWords(Keccak from, int to) {
        for (int i = 0; i < SEED_WORDS; i++) {
            words[to + i] = from.squeezeLong();
        }
    }

    private void wipe() {
        try {
            Arrays.fill(scratch, 0);
            Arrays.fill(words, 0);
            hash.close();
            secretStream.close();
            publicStream.close();
        } finally {
            Reference.reachabilityFence(scratch); // keeps the stores
            Reference.reachabilityFence(words);
        }
    }
}
