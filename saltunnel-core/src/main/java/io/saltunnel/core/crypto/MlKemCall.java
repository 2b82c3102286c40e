package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.KyberRing.N;

import io.saltunnel.core.secret.DeadStack;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.Wiping;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@link MlKem768}: its algorithms, and the scratch space that holds their intermediate values. The caller
 * has checked all ranges. It closes the call on every path, which wipes the scratch space.
 *
 * <p>All secrets that are in one piece are in a block of locked memory: the message, the shared secret, the seed of the
 * noise and its bits, the states of the hash functions, and the ciphertext that a decapsulation makes for comparison.
 *
 * <p>The polynomials are heap arrays, because the compiler vectorises nothing else. If the collector moves an array,
 * the old place keeps the content. So later calls use the same scratch space again, and a call allocates nothing while
 * its arrays hold secrets. New scratch space is made only if all that exists is in use by other calls. Its arrays move
 * only until they are old: after two young collections under the serial collector as the launcher sets it.
 */
final class MlKemCall implements AutoCloseable {

    /** The dimension of vectors. */
    private static final int K = 3;

    /** Secret polynomials of a key pair, and of an encryption. */
    private static final int KEY_PAIR_POLYNOMIALS = 2 * K;

    private static final int ENCRYPTION_POLYNOMIALS = 2 * K + 1;

    /** Bytes of a polynomial of 12-bit coefficients, and of 10-bit ones. */
    private static final int POLYNOMIAL_SIZE = 384;

    private static final int U_SIZE = 320;

    private static final int RHO = K * POLYNOMIAL_SIZE;

    // The parts of a decapsulation key after its secret vector.
    private static final int OWN_ENCAPSULATION_KEY = K * POLYNOMIAL_SIZE;
    private static final int HASH = OWN_ENCAPSULATION_KEY + MlKem768.ENCAPSULATION_KEY_SIZE;
    private static final int Z = HASH + Keccak.SHA3_256_SIZE;

    // The parts of the block, in words: four seeds, the hash functions, the noise, a ciphertext.
    private static final int SEED_WORDS = 4;
    private static final int MESSAGE = 0;
    private static final int SHARED = MESSAGE + SEED_WORDS;
    private static final int NOISE_SEED = SHARED + SEED_WORDS;
    private static final int OTHER_SHARED = NOISE_SEED + SEED_WORDS;
    private static final int SECRET_HASH = OTHER_SHARED + SEED_WORDS;
    private static final int REJECTION_HASH = SECRET_HASH + Keccak.SECRET_WORDS;
    private static final int KEY_HASH = REJECTION_HASH + Keccak.SECRET_WORDS;
    private static final int MATRIX_STREAM = KEY_HASH + Keccak.PUBLIC_WORDS;
    private static final int NOISE = MATRIX_STREAM + Keccak.PUBLIC_WORDS;
    private static final int COMPARED = NOISE + KyberNoise.words(ENCRYPTION_POLYNOMIALS);
    private static final int BLOCK_WORDS = COMPARED + MlKem768.CIPHERTEXT_SIZE / Long.BYTES;

    /** The scratch space that no call uses. Guarded by itself. */
    private static final Deque<MlKemCall> IDLE = new ArrayDeque<>();

    final ByteBuffer block;

    /** The words of the block. */
    private final LongBuffer words;

    private final Keccak hash;
    private final Keccak rejectionHash;
    private final Keccak keyHash;
    private final Keccak matrixStream;
    private final KyberNoise noise;

    /** A transformed vector, and what {@link KyberRing#multiplyAhead} makes of it. */
    private final int[][] vector = new int[K][N];

    private final int[][] ahead = new int[K][KyberRing.AHEAD];
    private final int[] sum = new int[N];
    private final int[] factor = new int[N + KyberCoding.BEHIND];

    /** A polynomial in natural order. */
    private final int[] natural = new int[N];

    /** The block is wiped after each call, and never given back. */
    private MlKemCall(SecretBytes secrets) {
        block = secrets.buffer();
        words = block.asLongBuffer();
        hash = Keccak.sha3of512(words.slice(SECRET_HASH, Keccak.SECRET_WORDS));
        rejectionHash = Keccak.shake256(words.slice(REJECTION_HASH, Keccak.SECRET_WORDS));
        keyHash = Keccak.sha3of256(words.slice(KEY_HASH, Keccak.PUBLIC_WORDS));
        matrixStream = Keccak.shake128(words.slice(MATRIX_STREAM, Keccak.PUBLIC_WORDS));
        noise = new KyberNoise(words, NOISE);
        KyberTransform.transform(natural, sum); // loads these classes while the arrays are still zeros
    }

    /**
     * Takes scratch space of zeros.
     *
     * @throws io.saltunnel.core.secret.MemoryLockException if its block must be locked and can't be
     */
    static MlKemCall begin() {
        synchronized (IDLE) {
            MlKemCall idle = IDLE.poll();
            if (idle != null) {
                return idle;
            }
        }
        return new MlKemCall(ScratchMemory.take(BLOCK_WORDS * Long.BYTES));
    }

    /** Computes a key pair, and leaves its matrix for the decapsulation. */
    void generate(ByteBuffer seed, int seedAt, ByteBuffer ek, int ekAt, ByteBuffer dk, int dkAt) {
        hash.reset().absorb(seed, seedAt, MlKem768.MESSAGE_SIZE).absorb((byte) K);
        hash.squeeze(ek, ekAt + RHO, Keccak.SHA3_256_SIZE); // rho
        squeeze(hash, NOISE_SEED); // sigma
        noise.generate(NOISE_SEED, KEY_PAIR_POLYNOMIALS);
        KyberMatrix matrix = KyberMatrix.make(ek, ekAt + RHO, matrixStream);
        for (int i = 0; i < K; i++) {
            sampleVector(i);
            KyberCoding.encode12(vector[i], dk, dkAt + i * POLYNOMIAL_SIZE);
        }
        for (int row = 0; row < K; row++) {
            Arrays.fill(sum, 0);
            for (int column = 0; column < K; column++) {
                multiplyAdd(matrix.element(column, row), column);
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
        keyHash.reset().absorb(ek, ekAt, MlKem768.ENCAPSULATION_KEY_SIZE);
        keyHash.squeeze(dk, dkAt + HASH, Keccak.SHA3_256_SIZE);
        dk.put(dkAt + Z, seed, seedAt + MlKem768.MESSAGE_SIZE, MlKem768.MESSAGE_SIZE);
        matrix.putBack();
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
        block.put(bytes(MESSAGE), message, messageAt, MlKem768.MESSAGE_SIZE);
        hash.reset().absorb(block, bytes(MESSAGE), MlKem768.MESSAGE_SIZE);
        keyHash.reset().absorb(ek, ekAt, MlKem768.ENCAPSULATION_KEY_SIZE);
        for (int i = 0; i < SEED_WORDS; i++) {
            hash.absorbLong(keyHash.squeezeLong());
        }
        squeeze(hash, SHARED);
        squeeze(hash, NOISE_SEED);
        encrypt(ek, ekAt, null, ct, ctAt);
        ss.put(at, block, bytes(SHARED), MlKem768.SHARED_SECRET_SIZE);
    }

    void decapsulate(ByteBuffer dk, int dkAt, ByteBuffer ct, int ctAt, ByteBuffer ss, int at) {
        KyberMatrix matrix = KyberMatrix.take(dk, dkAt + OWN_ENCAPSULATION_KEY + RHO);
        decrypt(dk, dkAt, ct, ctAt);
        hash.reset().absorb(block, bytes(MESSAGE), MlKem768.MESSAGE_SIZE);
        hash.absorb(dk, dkAt + HASH, Keccak.SHA3_256_SIZE);
        squeeze(hash, SHARED); // if the ciphertext is right
        squeeze(hash, NOISE_SEED);
        rejectionHash.reset().absorb(dk, dkAt + Z, MlKem768.MESSAGE_SIZE).absorb(ct, ctAt, MlKem768.CIPHERTEXT_SIZE);
        squeeze(rejectionHash, OTHER_SHARED);
        encrypt(dk, dkAt + OWN_ENCAPSULATION_KEY, matrix, block, bytes(COMPARED));
        if (matrix != null) {
            matrix.putBack();
        }
        long refused = differs(ct, ctAt);
        for (int i = 0; i < SEED_WORDS; i++) {
            long right = words.get(SHARED + i);
            LittleEndian.putLong(ss, at + i * Long.BYTES, right ^ (refused & (right ^ words.get(OTHER_SHARED + i))));
        }
    }

    /** Compares a ciphertext with the one in the block in constant time: all ones if they differ, otherwise zero. */
    private long differs(ByteBuffer ct, int ctAt) {
        long difference = 0;
        for (int i = 0; i < MlKem768.CIPHERTEXT_SIZE; i += Long.BYTES) {
            difference |= LittleEndian.getLong(ct, ctAt + i) ^ LittleEndian.getLong(block, bytes(COMPARED) + i);
        }
        return (difference | -difference) >> 63;
    }

    // ---- encryption (FIPS 203, section 5)

    /**
     * Encrypts the message with the seed of the noise, both in the block (algorithm 14).
     *
     * @param matrix the key's matrix; null if its elements must be made here
     */
    private void encrypt(ByteBuffer ek, int ekAt, @Nullable KyberMatrix matrix, ByteBuffer ct, int ctAt) {
        noise.generate(NOISE_SEED, ENCRYPTION_POLYNOMIALS);
        for (int i = 0; i < K; i++) {
            sampleVector(i);
        }
        for (int row = 0; row < K; row++) {
            Arrays.fill(sum, 0);
            for (int column = 0; column < K; column++) {
                multiplyAdd(element(matrix, ek, ekAt + RHO, row, column), column);
            }
            transformSumBack();
            noise.sample(K + row, sum);
            KyberRing.add(natural, sum);
            KyberCoding.encode10(natural, ct, ctAt + row * U_SIZE);
        }
        Arrays.fill(sum, 0);
        for (int i = 0; i < K; i++) {
            KyberCoding.decode12(ek, ekAt + i * POLYNOMIAL_SIZE, factor);
            multiplyAdd(factor, i);
        }
        transformSumBack();
        noise.sample(2 * K, sum);
        KyberRing.add(natural, sum);
        for (int i = 0; i < N; i++) {
            int bit = (int) (words.get(MESSAGE + i / Long.SIZE) >>> i) & 1;
            natural[i] += -bit & (KyberRing.Q + 1) / 2;
        }
        KyberCoding.encode4(natural, ct, ctAt + K * U_SIZE);
    }

    private int[] element(@Nullable KyberMatrix matrix, ByteBuffer rho, int rhoAt, int first, int second) {
        if (matrix != null) {
            return matrix.element(first, second);
        }
        KyberMatrix.sample(rho, rhoAt, first, second, matrixStream, factor);
        return factor;
    }

    /** Decrypts a ciphertext into the message in the block (algorithm 15). */
    private void decrypt(ByteBuffer dk, int dkAt, ByteBuffer ct, int ctAt) {
        for (int i = 0; i < K; i++) {
            KyberCoding.decode10(ct, ctAt + i * U_SIZE, natural);
            prepare(i);
            KyberCoding.decode12(dk, dkAt + i * POLYNOMIAL_SIZE, factor);
            multiplyAdd(factor, i);
        }
        transformSumBack();
        KyberCoding.decode4(ct, ctAt + K * U_SIZE, sum);
        KyberRing.subtract(sum, natural);
        KyberRing.reduce(sum);
        KyberCoding.compress1(sum);
        for (int i = 0; i < SEED_WORDS; i++) {
            long word = 0;
            for (int j = 0; j < Long.SIZE; j++) {
                word |= (long) sum[i * Long.SIZE + j] << j;
            }
            words.put(MESSAGE + i, word);
        }
    }

    // ---- parts

    /** A polynomial of the secret vector, transformed and prepared as a factor. */
    private void sampleVector(int number) {
        noise.sample(number, natural);
        prepare(number);
    }

    /** Transforms the polynomial in natural order into one of the vector, and prepares it as a factor. */
    private void prepare(int number) {
        KyberTransform.transform(natural, vector[number]);
        KyberRing.multiplyAhead(vector[number], ahead[number]);
    }

    /** Adds the product of a factor and of a polynomial of the vector to the sum. */
    private void multiplyAdd(int[] by, int number) {
        KyberRing.multiplyAdd(sum, by, vector[number], ahead[number]);
    }

    /** Reduces the sum of products, and transforms it into the polynomial in natural order. */
    private void transformSumBack() {
        KyberRing.reduceProducts(sum);
        KyberTransform.transformBack(sum, natural);
    }

    private void squeeze(Keccak from, int to) {
        from.squeeze(block, bytes(to), SEED_WORDS * Long.BYTES);
    }

    /** Returns the offset in the block of one of its words. */
    private static int bytes(int word) {
        return word * Long.BYTES;
    }

    /** All arrays, for tests that look for leftovers. */
    List<int[]> arrays() {
        List<int[]> arrays = new ArrayList<>(List.of(sum, factor, natural));
        arrays.addAll(List.of(vector));
        arrays.addAll(List.of(ahead));
        return arrays;
    }

    /** Wipes all intermediate values, also on this thread's stack, and leaves the scratch space for the next call. */
    @Override
    public void close() {
        Wiping.wipe(block, 0, bytes(BLOCK_WORDS));
        for (int i = 0; i < K; i++) {
            Wiping.wipe(vector[i], 0, N);
            Wiping.wipe(ahead[i], 0, KyberRing.AHEAD);
        }
        Wiping.wipe(sum, 0, N);
        Wiping.wipe(factor, 0, factor.length);
        Wiping.wipe(natural, 0, N);
        DeadStack.wipe();
        synchronized (IDLE) {
            IDLE.push(this);
        }
    }
}
