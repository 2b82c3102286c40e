package io.saltunnel.core.crypto;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The public matrix of a key pair: nine polynomials that follow from the 32 bytes of rho in its encapsulation key (FIPS
 * 203, section 5.1). They take a third of a call's time.
 *
 * <p>A decapsulation needs the matrix of its key pair again. So a key pair leaves it in one of {@value #KEPT} places,
 * which rho selects; a matrix takes some 10 kB. A decapsulation takes it from there, uses it, and puts it back. A later
 * key pair may replace it; then the decapsulation makes it again. Whether that happens depends on public values only.
 *
 * <p>Nothing in a matrix is secret. Between {@link #make} or {@link #take} and {@link #putBack} it belongs to one call.
 */
final class KyberMatrix {

    /** The number of places, a power of two. */
    static final int KEPT = 32;

    private static final int SIDE = 3;
    private static final int RHO_WORDS = Keccak.SHA3_256_SIZE / Long.BYTES;

    private static final AtomicReferenceArray<@Nullable KyberMatrix> MATRICES = new AtomicReferenceArray<>(KEPT);

    private final long[] rho = new long[RHO_WORDS];
    private final int[][] elements = new int[SIDE * SIDE][KyberRing.N + KyberCoding.BEHIND];

    private KyberMatrix() {}

    /** Makes all elements from rho, in the arrays of the matrix in rho's place if there is one. */
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

    /** Makes a single element, from rho and the two numbers that FIPS 203 appends to it. */
    static void sample(ByteBuffer rho, int offset, int first, int second, Keccak shake128, int[] element) {
        shake128.reset().absorb(rho, offset, Keccak.SHA3_256_SIZE);
        shake128.absorb((byte) first).absorb((byte) second);
        KyberCoding.sampleUniform(shake128, element);
    }

    /** Returns the element of these two numbers, in split order. Callers don't change it. */
    int[] element(int first, int second) {
        return elements[first * SIDE + second];
    }

    /** Takes the matrix of this rho from its place. Returns null if it isn't there. */
    static @Nullable KyberMatrix take(ByteBuffer rho, int offset) {
        KyberMatrix matrix = MATRICES.getAndSet(place(rho, offset), null);
        if (matrix != null && !matrix.isOf(rho, offset)) {
            matrix.putBack();
            return null;
        }
        return matrix;
    }

    /** Puts this matrix into its place, for other calls. If another one is there by now, that one stays. */
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
