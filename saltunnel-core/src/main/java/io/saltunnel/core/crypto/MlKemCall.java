package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.KyberRing.N;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One call of {@link MlKem768}: its algorithms, and the scratch arrays that hold their intermediate values. The caller
 * has checked all ranges, and calls {@link #wipe()} on every path.
 */
final class MlKemCall {

    /** The dimension of vectors. */
    private static final int K = 3;

    /** Bytes of a polynomial of 12-bit coefficients, and of 10-bit ones. */
    private static final int POLYNOMIAL_SIZE = 384;

    private static final int U_SIZE = 320;

    private static final int SEED_WORDS = 4;
    private static final int RHO = K * POLYNOMIAL_SIZE;

    // The parts of a decapsulation key after its secret vector.
    private static final int OWN_ENCAPSULATION_KEY = K * POLYNOMIAL_SIZE;
    private static final int HASH = OWN_ENCAPSULATION_KEY + MlKem768.ENCAPSULATION_KEY_SIZE;
    private static final int Z = HASH + Keccak.SHA3_256_SIZE;

    // The scratch array: a vector, what is prepared of it for its products, a sum, and a factor.
    private static final int AHEAD = K * N;
    private static final int SUM = AHEAD + K * KyberRing.AHEAD;
    private static final int FACTOR = SUM + N;
    private static final int SCRATCH = FACTOR + N + KyberCoding.BEHIND;

    private final int[] scratch = new int[SCRATCH];
    private final long[] words = new long[4 * SEED_WORDS];
    private final Keccak hash = Keccak.sha3of512();
    private final Keccak secretStream = Keccak.shake256();
    private final Keccak publicStream = Keccak.shake128();

    void generate(ByteBuffer seed, int seedAt, ByteBuffer ek, int ekAt, ByteBuffer dk, int dkAt) {
        hash.absorb(seed, seedAt, MlKem768.MESSAGE_SIZE).absorb((byte) K);
        hash.squeeze(ek, ekAt + RHO, Keccak.SHA3_256_SIZE); // rho
        squeezeWords(hash, 0); // sigma
        for (int i = 0; i < K; i++) {
            sampleSecret(0, i, i * N);
            prepare(i);
            KyberCoding.encode12(scratch, i * N, dk, dkAt + i * POLYNOMIAL_SIZE);
        }
        for (int row = 0; row < K; row++) {
            Arrays.fill(scratch, SUM, SUM + N, 0);
            for (int column = 0; column < K; column++) {
                sampleMatrix(ek, ekAt + RHO, column, row);
                multiplyAdd(column);
            }
            KyberRing.reduceProducts(scratch, SUM);
            KyberRing.multiplyByR(scratch, SUM);
            sampleSecret(0, K + row, FACTOR);
            KyberTransform.transform(scratch, FACTOR);
            KyberRing.add(scratch, SUM, scratch, FACTOR);
            KyberRing.reduce(scratch, SUM);
            KyberCoding.encode12(scratch, SUM, ek, ekAt + row * POLYNOMIAL_SIZE);
        }
        for (int i = 0; i < MlKem768.ENCAPSULATION_KEY_SIZE; i++) {
            dk.put(dkAt + OWN_ENCAPSULATION_KEY + i, ek.get(ekAt + i));
        }
        try (Keccak keyHash = Keccak.sha3of256()) {
            keyHash.absorb(ek, ekAt, MlKem768.ENCAPSULATION_KEY_SIZE).squeeze(dk, dkAt + HASH, Keccak.SHA3_256_SIZE);
        }
        for (int i = 0; i < MlKem768.MESSAGE_SIZE; i++) {
            dk.put(dkAt + Z + i, seed.get(seedAt + MlKem768.MESSAGE_SIZE + i));
        }
    }

    void encapsulate(
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
        try (Keccak keyHash = Keccak.sha3of256()) {
            keyHash.absorb(ek, ekAt, MlKem768.ENCAPSULATION_KEY_SIZE);
            for (int i = 0; i < SEED_WORDS; i++) {
                hash.absorbLong(keyHash.squeezeLong());
            }
        }
        squeezeWords(hash, SEED_WORDS); // the shared secret
        squeezeWords(hash, 2 * SEED_WORDS); // r
        encrypt(ek, ekAt, (part, packed, bytes) -> {
            LittleEndian.putInt(ct, ctAt + part, (int) packed);
            LittleEndian.putPartialLong(ct, ctAt + part + Integer.BYTES, bytes - Integer.BYTES, packed >>> 32);
        });
        for (int i = 0; i < SEED_WORDS; i++) {
            LittleEndian.putLong(ss, at + i * Long.BYTES, words[SEED_WORDS + i]);
        }
    }

    void decapsulate(ByteBuffer dk, int dkAt, ByteBuffer ct, int ctAt, ByteBuffer ss, int at) {
        decrypt(dk, dkAt, ct, ctAt);
        absorbWords(hash, 0);
        hash.absorb(dk, dkAt + HASH, Keccak.SHA3_256_SIZE);
        squeezeWords(hash, SEED_WORDS); // the shared secret, if the ciphertext is right
        squeezeWords(hash, 2 * SEED_WORDS); // r
        secretStream.reset().absorb(dk, dkAt + Z, MlKem768.MESSAGE_SIZE).absorb(ct, ctAt, MlKem768.CIPHERTEXT_SIZE);
        squeezeWords(secretStream, 3 * SEED_WORDS); // the other secret
        Comparison comparison = new Comparison(ct, ctAt);
        encrypt(dk, dkAt + OWN_ENCAPSULATION_KEY, comparison);
        long refused = comparison.mask();
        for (int i = 0; i < SEED_WORDS; i++) {
            long right = words[SEED_WORDS + i];
            LittleEndian.putLong(ss, at + i * Long.BYTES, right ^ (refused & (right ^ words[3 * SEED_WORDS + i])));
        }
    }

    /** Takes a ciphertext in pieces of four or five bytes. */
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
            difference |= packed ^ piece(received, start + offset, bytes);
        }

        /** All ones if there is a difference, else zero. */
        long mask() {
            return (difference | -difference) >> 63;
        }
    }

    /** Reads a piece of a ciphertext, of four or five bytes. */
    private static long piece(ByteBuffer ciphertext, int at, int bytes) {
        long low = LittleEndian.getInt(ciphertext, at) & 0xffff_ffffL;
        return bytes == Integer.BYTES ? low : low | (ciphertext.get(at + Integer.BYTES) & 0xffL) << 32;
    }

    // ---- encryption (FIPS 203, section 5)

    /** Encrypts the message in the first words with the randomness in the third ones (algorithm 14). */
    private void encrypt(ByteBuffer ek, int ekAt, CiphertextSink sink) {
        int r = 2 * SEED_WORDS;
        for (int i = 0; i < K; i++) {
            sampleSecret(r, i, i * N);
            prepare(i);
        }
        for (int row = 0; row < K; row++) {
            Arrays.fill(scratch, SUM, SUM + N, 0);
            for (int column = 0; column < K; column++) {
                sampleMatrix(ek, ekAt + RHO, row, column);
                multiplyAdd(column);
            }
            KyberRing.reduceProducts(scratch, SUM);
            KyberTransform.transformBack(scratch, SUM);
            sampleSecret(r, K + row, FACTOR);
            KyberRing.add(scratch, SUM, scratch, FACTOR);
            for (int i = 0; i < N / 4; i++) {
                sink.accept(row * U_SIZE + 5 * i, KyberCoding.pack10(scratch, SUM + 4 * i), 5);
            }
        }
        Arrays.fill(scratch, SUM, SUM + N, 0);
        for (int i = 0; i < K; i++) {
            KyberCoding.decode12(ek, ekAt + i * POLYNOMIAL_SIZE, scratch, FACTOR);
            multiplyAdd(i);
        }
        KyberRing.reduceProducts(scratch, SUM);
        KyberTransform.transformBack(scratch, SUM);
        sampleSecret(r, 2 * K, FACTOR);
        KyberRing.add(scratch, SUM, scratch, FACTOR);
        for (int i = 0; i < N; i++) {
            int bit = (int) (words[i / Long.SIZE] >>> i % Long.SIZE) & 1;
            scratch[SUM + i] += -bit & (KyberRing.Q + 1) / 2;
        }
        for (int i = 0; i < N / 8; i++) {
            sink.accept(K * U_SIZE + 4 * i, KyberCoding.pack4(scratch, SUM + 8 * i) & 0xffff_ffffL, 4);
        }
    }

    /** Decrypts a ciphertext into the first words (algorithm 15). */
    private void decrypt(ByteBuffer dk, int dkAt, ByteBuffer ct, int ctAt) {
        for (int i = 0; i < K; i++) {
            for (int j = 0; j < N / 4; j++) {
                long packed = piece(ct, ctAt + i * U_SIZE + 5 * j, 5);
                for (int part = 0; part < 4; part++) {
                    scratch[i * N + 4 * j + part] = KyberCoding.decompress((int) (packed >>> 10 * part) & 0x3ff, 10);
                }
            }
            prepare(i);
            KyberCoding.decode12(dk, dkAt + i * POLYNOMIAL_SIZE, scratch, FACTOR);
            multiplyAdd(i);
        }
        KyberRing.reduceProducts(scratch, SUM);
        KyberTransform.transformBack(scratch, SUM);
        for (int i = 0; i < N; i++) {
            int nibble = ct.get(ctAt + K * U_SIZE + i / 2) >>> 4 * (i % 2) & 0xf;
            int noisy = KyberRing.nonNegative(KyberRing.reduced(KyberCoding.decompress(nibble, 4) - scratch[SUM + i]));
            words[i / Long.SIZE] |= (long) KyberCoding.compress(noisy, 1) << i % Long.SIZE;
        }
    }

    // ---- parts

    /** Transforms a polynomial of the vector, and prepares it as a factor. */
    private void prepare(int number) {
        KyberTransform.transform(scratch, number * N);
        KyberRing.multiplyAhead(scratch, number * N, scratch, AHEAD + number * KyberRing.AHEAD);
    }

    /** Adds the factor's product with a polynomial of the vector to the sum. */
    private void multiplyAdd(int number) {
        KyberRing.multiplyAdd(
                scratch, SUM, scratch, FACTOR, scratch, number * N, scratch, AHEAD + number * KyberRing.AHEAD);
    }

    /** A polynomial of a secret vector, from the seed in some words and its number. */
    private void sampleSecret(int seedWords, int number, int p) {
        secretStream.reset();
        absorbWords(secretStream, seedWords);
        KyberCoding.sampleBinomial(secretStream.absorb((byte) number), scratch, p);
    }

    /** An element of the public matrix. */
    private void sampleMatrix(ByteBuffer rho, int rhoAt, int first, int second) {
        publicStream.reset().absorb(rho, rhoAt, Keccak.SHA3_256_SIZE);
        publicStream.absorb((byte) first).absorb((byte) second);
        KyberCoding.sampleUniform(publicStream, scratch, FACTOR);
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

    /** Wipes all intermediate values. */
    void wipe() {
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
