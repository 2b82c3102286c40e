package io.saltunnel.core.crypto;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The public matrix of a key pair: nine polynomials that follow from the 32 bytes of rho in its encapsulation key (FIPS
 * 203, section 5.1). They take a third of a call's time.
 *
 * <p>A decapsulation needs the matrix of its key pair again. So each call takes what is in rho's place, uses it, and puts
 * it back. At most {@value #KEPT} are kept in a process, of some 10 kB each. A later key pair may replace the matrix of an
 * earlier one, which is then made again. Only what is sent decides that.
 *
 * <p>Nothing of a matrix is secret. Between {@link #make} or {@link #take} and {@link #putBack} it belongs to one call.
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

    /** Makes all elements from rho, if possible in the arrays of the matrix that is in its place. */
    static KyberMatrix make(ByteBuffer rho, int offset, Keccak shake128) {
        KyberMatrix former = MATRICES.getAndSet(place(rho, offset), null);
        KyberMatrix matrix = former == null ? new KyberMatrix() : former;
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

    /** Takes the matrix of this rho, if it is still there. */
    static @Nullable KyberMatrix take(ByteBuffer rho, int offset) {
        KyberMatrix matrix = MATRICES.getAndSet(place(rho, offset), null);
        if (matrix != null && !matrix.isOf(rho, offset)) {
            matrix.putBack();
            return null;
        }
        return matrix;
    }

    /** Puts it into its place, where another call may take it. Another one may have come there meanwhile; it stays. */
    void putBack() {
        MATRICES.compareAndSet((int) rho[0] & (KEPT - 1), null, this);
    }

    private static int place(ByteBuffer rho, int offset) {
        return rho.get(offset) & (KEPT - 1);
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
