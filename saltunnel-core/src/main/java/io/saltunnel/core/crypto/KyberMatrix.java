package io.saltunnel.core.crypto;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The public matrix of a key pair: nine polynomials that follow from the 32 bytes of rho in its encapsulation key (FIPS
 * 203, section 5.1). They take a third of a call's time.
 *
 * <p>A decapsulation needs the matrix of its key pair again. So key pairs {@linkplain #keep leave} theirs, and decapsulations
 * {@linkplain #take take} them. At most {@value #KEPT} are kept in a process, of some 10 kB each. A later one may replace
 * an earlier one, which then is made again. Only what is sent decides that.
 *
 * <p>Nothing of a matrix is secret, and nothing changes it. Any thread.
 */
final class KyberMatrix {

    /** The most that are kept, a power of two. */
    static final int KEPT = 32;

    private static final int SIDE = 3;
    private static final int RHO_WORDS = Keccak.SHA3_256_SIZE / Long.BYTES;

    private static final AtomicReferenceArray<@Nullable KyberMatrix> MATRICES = new AtomicReferenceArray<>(KEPT);

    private final long[] rho = new long[RHO_WORDS];
    private final int[][] elements = new int[SIDE * SIDE][KyberRing.N + KyberCoding.BEHIND];

    private KyberMatrix() {}

    /** Makes all elements from rho. */
    static KyberMatrix of(ByteBuffer rho, int offset, Keccak shake128) {
        KyberMatrix matrix = new KyberMatrix();
        for (int i = 0; i < RHO_WORDS; i++) {
            matrix.rho[i] = LittleEndian.getLong(rho, offset + i * Long.BYTES);
        }
        for (int i = 0; i < matrix.elements.length; i++) {
            sample(rho, offset, i / SIDE, i % SIDE, shake128, matrix.elements[i]);
        }
        return matrix;
    }

    /** Makes a single element, by the numbers that FIPS 203 appends to rho. */
    static void sample(ByteBuffer rho, int offset, int first, int second, Keccak shake128, int[] element) {
        shake128.reset().absorb(rho, offset, Keccak.SHA3_256_SIZE);
        shake128.absorb((byte) first).absorb((byte) second);
        KyberCoding.sampleUniform(shake128, element);
    }

    /** The element of these two numbers, in split order; not to be changed. */
    int[] element(int first, int second) {
        return elements[first * SIDE + second];
    }

    /** Leaves a matrix for the decapsulation. */
    static void keep(KyberMatrix matrix) {
        MATRICES.set(place(matrix.rho[0]), matrix);
    }

    /** Takes the matrix of this rho, if it is still there. */
    static @Nullable KyberMatrix take(ByteBuffer rho, int offset) {
        int place = place(LittleEndian.getLong(rho, offset));
        KyberMatrix matrix = MATRICES.get(place);
        return matrix != null && matrix.isOf(rho, offset) && MATRICES.compareAndSet(place, matrix, null)
                ? matrix
                : null;
    }

    private static int place(long firstWord) {
        return (int) firstWord & (KEPT - 1);
    }

    private boolean isOf(ByteBuffer other, int offset) {
        for (int i = 0; i < RHO_WORDS; i++) {
            if (rho[i] != LittleEndian.getLong(other, offset + i * Long.BYTES)) {
                return false;
            }
        }
        return true;
    }
}
