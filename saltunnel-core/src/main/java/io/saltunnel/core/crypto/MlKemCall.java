package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.KyberRing.N;

import io.saltunnel.core.secret.Wiping;
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

    /** A transformed vector, and what is prepared of it for its products. */
    private final int[][] vector = new int[K][N];

    private final int[][] ahead = new int[K][KyberRing.AHEAD];
    private final int[] sum = new int[N];
    private final int[] factor = new int[N + KyberCoding.BEHIND];

    /** A polynomial in natural order. */
    private final int[] natural = new int[N];

    private final long[] words = new long[4 * SEED_WORDS];
    private final KyberNoise noise;
    private final Keccak hash = Keccak.sha3of512();
    private final Keccak publicStream = Keccak.shake128();

    private MlKemCall(int secretPolynomials) {
        noise = new KyberNoise(secretPolynomials);
    }

    static MlKemCall toGenerate() {
        return new MlKemCall(2 * K);
    }

    static MlKemCall toEncrypt() {
        return new MlKemCall(2 * K + 1);
    }

    void generate(ByteBuffer seed, int seedAt, ByteBuffer ek, int ekAt, ByteBuffer dk, int dkAt) {
        hash.absorb(seed, seedAt, MlKem768.MESSAGE_SIZE).absorb((byte) K);
        hash.squeeze(ek, ekAt + RHO, Keccak.SHA3_256_SIZE); // rho
        squeezeWords(hash, 0); // sigma
        noise.generate(words, 0);
        for (int i = 0; i < K; i++) {
            sampleVector(i);
            KyberCoding.encode12(vector[i], dk, dkAt + i * POLYNOMIAL_SIZE);
        }
        for (int row = 0; row < K; row++) {
            Arrays.fill(sum, 0);
            for (int column = 0; column < K; column++) {
                sampleMatrix(ek, ekAt + RHO, column, row);
                multiplyAdd(column);
            }
            KyberRing.reduceProducts(sum);
            KyberRing.multiplyByR(sum);
            noise.sample(K + row, natural);
            KyberTransform.transform(natural, factor);
            KyberRing.add(sum, factor);
            KyberRing.reduce(sum);
            KyberCoding.encode12(sum, ek, ekAt + row * POLYNOMIAL_SIZE);
        }
        dk.put(dkAt + OWN_ENCAPSULATION_KEY, ek, ekAt, MlKem768.ENCAPSULATION_KEY_SIZE);
        try (Keccak keyHash = Keccak.sha3of256()) {
            keyHash.absorb(ek, ekAt, MlKem768.ENCAPSULATION_KEY_SIZE).squeeze(dk, dkAt + HASH, Keccak.SHA3_256_SIZE);
        }
        dk.put(dkAt + Z, seed, seedAt + MlKem768.MESSAGE_SIZE, MlKem768.MESSAGE_SIZE);
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
        try (Keccak other = Keccak.shake256()) {
            other.absorb(dk, dkAt + Z, MlKem768.MESSAGE_SIZE).absorb(ct, ctAt, MlKem768.CIPHERTEXT_SIZE);
            squeezeWords(other, 3 * SEED_WORDS); // the other secret
        }
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
        noise.generate(words, 2 * SEED_WORDS);
        for (int i = 0; i < K; i++) {
            sampleVector(i);
        }
        for (int row = 0; row < K; row++) {
            Arrays.fill(sum, 0);
            for (int column = 0; column < K; column++) {
                sampleMatrix(ek, ekAt + RHO, row, column);
                multiplyAdd(column);
            }
            transformSumBack();
            noise.sample(K + row, sum);
            KyberRing.add(natural, sum);
            for (int i = 0; i < N / 4; i++) {
                sink.accept(row * U_SIZE + 5 * i, KyberCoding.pack10(natural, 4 * i), 5);
            }
        }
        Arrays.fill(sum, 0);
        for (int i = 0; i < K; i++) {
            KyberCoding.decode12(ek, ekAt + i * POLYNOMIAL_SIZE, factor);
            multiplyAdd(i);
        }
        transformSumBack();
        noise.sample(2 * K, sum);
        KyberRing.add(natural, sum);
        for (int i = 0; i < N; i++) {
            int bit = (int) (words[i / Long.SIZE] >>> i) & 1;
            natural[i] += -bit & (KyberRing.Q + 1) / 2;
        }
        for (int i = 0; i < N / 8; i++) {
            sink.accept(K * U_SIZE + 4 * i, KyberCoding.pack4(natural, 8 * i) & 0xffff_ffffL, 4);
        }
    }

    /** Decrypts a ciphertext into the first words (algorithm 15). */
    private void decrypt(ByteBuffer dk, int dkAt, ByteBuffer ct, int ctAt) {
        for (int i = 0; i < K; i++) {
            for (int j = 0; j < N / 4; j++) {
                long packed = piece(ct, ctAt + i * U_SIZE + 5 * j, 5);
                for (int part = 0; part < 4; part++) {
                    natural[4 * j + part] = KyberCoding.decompress((int) (packed >>> 10 * part) & 0x3ff, 10);
                }
            }
            prepare(i);
            KyberCoding.decode12(dk, dkAt + i * POLYNOMIAL_SIZE, factor);
            multiplyAdd(i);
        }
        transformSumBack();
        for (int j = 0; j < N / 8; j++) {
            int packed = LittleEndian.getInt(ct, ctAt + K * U_SIZE + j * Integer.BYTES);
            for (int part = 0; part < 8; part++) {
                sum[8 * j + part] = KyberCoding.decompress(packed >>> 4 * part & 0xf, 4);
            }
        }
        KyberRing.subtract(sum, natural);
        KyberRing.reduce(sum);
        KyberCoding.compress1(sum);
        for (int i = 0; i < SEED_WORDS; i++) {
            long word = 0;
            for (int j = 0; j < Long.SIZE; j++) {
                word |= (long) sum[i * Long.SIZE + j] << j;
            }
            words[i] = word;
        }
    }

    // ---- parts

    /** A polynomial of the secret vector, transformed and prepared as a factor. */
    private void sampleVector(int number) {
        noise.sample(number, natural);
        prepare(number);
    }

    /** Makes the polynomial in natural order one of the vector: transforms it, and prepares it as a factor. */
    private void prepare(int number) {
        KyberTransform.transform(natural, vector[number]);
        KyberRing.multiplyAhead(vector[number], ahead[number]);
    }

    /** Adds the factor's product with a polynomial of the vector to the sum. */
    private void multiplyAdd(int number) {
        KyberRing.multiplyAdd(sum, factor, vector[number], ahead[number]);
    }

    /** Makes the sum of products a polynomial in natural order. */
    private void transformSumBack() {
        KyberRing.reduceProducts(sum);
        KyberTransform.transformBack(sum, natural);
    }

    /** An element of the public matrix. */
    private void sampleMatrix(ByteBuffer rho, int rhoAt, int first, int second) {
        publicStream.reset().absorb(rho, rhoAt, Keccak.SHA3_256_SIZE);
        publicStream.absorb((byte) first).absorb((byte) second);
        KyberCoding.sampleUniform(publicStream, factor);
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
        for (int i = 0; i < K; i++) {
            Wiping.wipe(vector[i], 0, N);
            Wiping.wipe(ahead[i], 0, KyberRing.AHEAD);
        }
        Wiping.wipe(sum, 0, N);
        Wiping.wipe(factor, 0, N);
        Wiping.wipe(natural, 0, N);
        Wiping.wipe(words);
        noise.wipe();
        hash.close();
        publicStream.close();
    }
}
