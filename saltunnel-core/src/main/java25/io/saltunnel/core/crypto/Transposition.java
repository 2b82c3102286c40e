package io.saltunnel.core.crypto;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transposes squares of words: from words ordered by block to words ordered by their place in the block, and back.
 *
 * <pre>
 *   a0 a1 a2 a3        a0 b0 a2 b2        a0 b0 c0 d0
 *   b0 b1 b2 b3   →    a1 b1 a3 b3   →    a1 b1 c1 d1
 *   c0 c1 c2 c3        c0 d0 c2 d2        a2 b2 c2 d2
 *   d0 d1 d2 d3        c1 d1 c3 d3        a3 b3 c3 d3
 * </pre>
 *
 * <p>The words are moved, never computed with. They are doubles only to be of a class that no other code uses. Long
 * vectors of two sizes in one process share the methods of {@code LongVector}. The compiler goes by what it saw in
 * these methods, and may then keep a vector as an object in the heap for as long as the process runs.
 */
final class Transposition {

    /** Words in a row and rows in a square. */
    static final int SIDE = 4;

    /** Bytes in a row of a square. */
    static final int ROW = SIDE * Long.BYTES;

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_256;
    private static final VectorShuffle<Double> NEIGHBOURS = VectorShuffle.fromValues(SPECIES, 1, 0, 3, 2);
    private static final VectorShuffle<Double> HALVES = VectorShuffle.fromValues(SPECIES, 2, 3, 0, 1);
    private static final VectorMask<Double> ODD = VectorMask.fromLong(SPECIES, 0b1010);
    private static final VectorMask<Double> EVEN = VectorMask.fromLong(SPECIES, 0b0101);
    private static final VectorMask<Double> UPPER = VectorMask.fromLong(SPECIES, 0b1100);
    private static final VectorMask<Double> LOWER = VectorMask.fromLong(SPECIES, 0b0011);
    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private Transposition() {}

    /**
     * Transposes one square of four by four words.
     *
     * @param from holds the square
     * @param fromAt where its first row starts
     * @param fromStride bytes from one row to the next
     * @param to takes the transposed square; everything is read before anything is written
     * @param toAt where the first row goes
     * @param toStride bytes from one row to the next
     */
    static void square(MemorySegment from, int fromAt, int fromStride, MemorySegment to, int toAt, int toStride) {
        DoubleVector a = row(from, fromAt);
        DoubleVector b = row(from, fromAt + fromStride);
        DoubleVector c = row(from, fromAt + 2 * fromStride);
        DoubleVector d = row(from, fromAt + 3 * fromStride);
        DoubleVector ab02 = a.blend(b.rearrange(NEIGHBOURS), ODD);
        DoubleVector ab13 = b.blend(a.rearrange(NEIGHBOURS), EVEN);
        DoubleVector cd02 = c.blend(d.rearrange(NEIGHBOURS), ODD);
        DoubleVector cd13 = d.blend(c.rearrange(NEIGHBOURS), EVEN);
        set(ab02.blend(cd02.rearrange(HALVES), UPPER), to, toAt);
        set(ab13.blend(cd13.rearrange(HALVES), UPPER), to, toAt + toStride);
        set(cd02.blend(ab02.rearrange(HALVES), LOWER), to, toAt + 2 * toStride);
        set(cd13.blend(ab13.rearrange(HALVES), LOWER), to, toAt + 3 * toStride);
    }

    private static DoubleVector row(MemorySegment segment, int at) {
        return DoubleVector.fromMemorySegment(SPECIES, segment, at, ORDER);
    }

    private static void set(DoubleVector row, MemorySegment segment, int at) {
        row.intoMemorySegment(segment, at, ORDER);
    }
}
