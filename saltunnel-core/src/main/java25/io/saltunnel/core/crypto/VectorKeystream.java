package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.LittleEndian.getInt;
import static io.saltunnel.core.crypto.Segments.LONG;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ROL;
import static jdk.incubator.vector.VectorOperators.XOR;

import io.saltunnel.core.secret.LockedRegion;
import io.saltunnel.core.secret.Wiping;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The keystream of several blocks at once, one a lane, by the Vector API; only loaded where that module is.
 *
 * <p>A group of blocks, as many as a vector has lanes, goes through all rounds in registers, one for each of Salsa20's
 * 16 state words. The words then go to scratch space, one row each, and from there, transposed, to the blocks
 * of the output. Lanes and blocks are numbered as in {@link RowKeystream}: a batch's blocks follow each other from
 * chunk to chunk.
 *
 * <p>Until this code is compiled, a vector is an object in the heap: one word of the key, repeated, or one word of each
 * of several blocks. So the choice of the kernel ends only when this one is compiled.
 */
final class VectorKeystream implements ChunkKeystream {

    private static final VectorSpecies<Integer> SPECIES = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int ROW = LANES * Integer.BYTES;
    private static final int WORDS = 16;
    private static final int ROUNDS = 20;
    private static final long MASK32 = (1L << 32) - 1;
    private static final int MAX_GROUPS = (CAPACITY * BLOCKS_PER_CHUNK + LANES - 1) / LANES;

    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    private final LockedRegion region = LockedRegion.map(WORDS * ROW);
    private final ByteBuffer scratch = region.buffer().slice(0, WORDS * ROW);
    private final MemorySegment rows = MemorySegment.ofBuffer(scratch);

    private final Segments segments = new Segments();

    // The public part of the lanes' input.
    private final int[] chunkNumbers = new int[MAX_GROUPS * LANES];
    private final int[] blockNumbers = new int[MAX_GROUPS * LANES];

    private boolean dirty;

    VectorKeystream() {
        if (LANES < 8) {
            throw new UnsupportedOperationException("vectors of " + LANES + " words are too short to pay");
        }
        for (int lane = 0; lane < chunkNumbers.length; lane++) {
            chunkNumbers[lane] = lane / BLOCKS_PER_CHUNK;
            blockNumbers[lane] = lane % BLOCKS_PER_CHUNK;
        }
    }

    @Override
    public String name() {
        return SPECIES.vectorBitSize() + "-bit vector";
    }

    @Override
    public void generate(ByteBuffer key, int keyOffset, long firstNonce, int chunks, ByteBuffer output) {
        int nonceLow = (int) firstNonce;
        int nonceHigh = (int) (firstNonce >>> 32);
        if ((firstNonce + chunks - 1) >>> 32 != firstNonce >>> 32) { // once in 2^32 chunks
            for (int i = 0; i < chunks; i++) {
                Salsa20.keystream(key, keyOffset, firstNonce + i, 0, output, i * STRIDE, STRIDE);
            }
            return;
        }
        dirty = true;
        MemorySegment target = segments.of(output);
        int blocks = chunks * BLOCKS_PER_CHUNK;
        for (int block = 0; block < blocks; block += LANES) {
            rounds(block, key, keyOffset, nonceLow, nonceHigh);
            feedForward(block, key, keyOffset, nonceLow, nonceHigh);
            pair();
            int at = block * Salsa20.BLOCK_SIZE;
            if (block + LANES <= blocks) {
                turn(target, at);
            } else {
                turn(target, at, blocks - block);
            }
        }
    }

    /**
     * One group's rounds. This method calls no method of this project, so that all vectors stay in registers. A row
     * round is a column round of the transposed state.
     */
    private void rounds(int lane, ByteBuffer key, int keyOffset, int nonceLow, int nonceHigh) {
        IntVector x0 = IntVector.broadcast(SPECIES, Salsa20.SIGMA0);
        IntVector x1 = IntVector.broadcast(SPECIES, getInt(key, keyOffset));
        IntVector x2 = IntVector.broadcast(SPECIES, getInt(key, keyOffset + 4));
        IntVector x3 = IntVector.broadcast(SPECIES, getInt(key, keyOffset + 8));
        IntVector x4 = IntVector.broadcast(SPECIES, getInt(key, keyOffset + 12));
        IntVector x5 = IntVector.broadcast(SPECIES, Salsa20.SIGMA1);
        IntVector x6 = IntVector.fromArray(SPECIES, chunkNumbers, lane).add(nonceLow);
        IntVector x7 = IntVector.broadcast(SPECIES, nonceHigh);
        IntVector x8 = IntVector.fromArray(SPECIES, blockNumbers, lane);
        IntVector x9 = IntVector.zero(SPECIES);
        IntVector x10 = IntVector.broadcast(SPECIES, Salsa20.SIGMA2);
        IntVector x11 = IntVector.broadcast(SPECIES, getInt(key, keyOffset + 16));
        IntVector x12 = IntVector.broadcast(SPECIES, getInt(key, keyOffset + 20));
        IntVector x13 = IntVector.broadcast(SPECIES, getInt(key, keyOffset + 24));
        IntVector x14 = IntVector.broadcast(SPECIES, getInt(key, keyOffset + 28));
        IntVector x15 = IntVector.broadcast(SPECIES, Salsa20.SIGMA3);
        for (int i = 0; i < ROUNDS; i++) {
            x4 = x4.lanewise(XOR, x0.add(x12).lanewise(ROL, 7));
            x8 = x8.lanewise(XOR, x4.add(x0).lanewise(ROL, 9));
            x12 = x12.lanewise(XOR, x8.add(x4).lanewise(ROL, 13));
            x0 = x0.lanewise(XOR, x12.add(x8).lanewise(ROL, 18));
            x9 = x9.lanewise(XOR, x5.add(x1).lanewise(ROL, 7));
            x13 = x13.lanewise(XOR, x9.add(x5).lanewise(ROL, 9));
            x1 = x1.lanewise(XOR, x13.add(x9).lanewise(ROL, 13));
            x5 = x5.lanewise(XOR, x1.add(x13).lanewise(ROL, 18));
            x14 = x14.lanewise(XOR, x10.add(x6).lanewise(ROL, 7));
            x2 = x2.lanewise(XOR, x14.add(x10).lanewise(ROL, 9));
            x6 = x6.lanewise(XOR, x2.add(x14).lanewise(ROL, 13));
            x10 = x10.lanewise(XOR, x6.add(x2).lanewise(ROL, 18));
            x3 = x3.lanewise(XOR, x15.add(x11).lanewise(ROL, 7));
            x7 = x7.lanewise(XOR, x3.add(x15).lanewise(ROL, 9));
            x11 = x11.lanewise(XOR, x7.add(x3).lanewise(ROL, 13));
            x15 = x15.lanewise(XOR, x11.add(x7).lanewise(ROL, 18));
            IntVector t1 = x1;
            x1 = x4;
            x4 = t1;
            IntVector t2 = x2;
            x2 = x8;
            x8 = t2;
            IntVector t3 = x3;
            x3 = x12;
            x12 = t3;
            IntVector t6 = x6;
            x6 = x9;
            x9 = t6;
            IntVector t7 = x7;
            x7 = x13;
            x13 = t7;
            IntVector t11 = x11;
            x11 = x14;
            x14 = t11;
        }
        x0.intoMemorySegment(rows, 0, ORDER);
        x1.intoMemorySegment(rows, ROW, ORDER);
        x2.intoMemorySegment(rows, 2L * ROW, ORDER);
        x3.intoMemorySegment(rows, 3L * ROW, ORDER);
        x4.intoMemorySegment(rows, 4L * ROW, ORDER);
        x5.intoMemorySegment(rows, 5L * ROW, ORDER);
        x6.intoMemorySegment(rows, 6L * ROW, ORDER);
        x7.intoMemorySegment(rows, 7L * ROW, ORDER);
        x8.intoMemorySegment(rows, 8L * ROW, ORDER);
        x9.intoMemorySegment(rows, 9L * ROW, ORDER);
        x10.intoMemorySegment(rows, 10L * ROW, ORDER);
        x11.intoMemorySegment(rows, 11L * ROW, ORDER);
        x12.intoMemorySegment(rows, 12L * ROW, ORDER);
        x13.intoMemorySegment(rows, 13L * ROW, ORDER);
        x14.intoMemorySegment(rows, 14L * ROW, ORDER);
        x15.intoMemorySegment(rows, 15L * ROW, ORDER);
    }

    /** Adds the input of the rounds to a group's words. */
    private void feedForward(int lane, ByteBuffer key, int keyOffset, int nonceLow, int nonceHigh) {
        add(0, Salsa20.SIGMA0);
        add(5, Salsa20.SIGMA1);
        add(6, chunkNumbers, lane, nonceLow);
        add(7, nonceHigh);
        add(8, blockNumbers, lane, 0);
        add(10, Salsa20.SIGMA2);
        add(15, Salsa20.SIGMA3);
        for (int i = 0; i < 4; i++) {
            add(1 + i, getInt(key, keyOffset + i * Integer.BYTES));
            add(11 + i, getInt(key, keyOffset + Salsa20.KEY_SIZE / 2 + i * Integer.BYTES));
        }
    }

    /**
     * Adds a word to a row. It takes no vector, because a vector would be an object where this method isn't inlined.
     */
    private void add(int row, int word) {
        long at = (long) row * ROW;
        IntVector.fromMemorySegment(SPECIES, rows, at, ORDER).add(word).intoMemorySegment(rows, at, ORDER);
    }

    private void add(int row, int[] numbers, int lane, int first) {
        long at = (long) row * ROW;
        IntVector words = IntVector.fromArray(SPECIES, numbers, lane).add(first);
        IntVector.fromMemorySegment(SPECIES, rows, at, ORDER).add(words).intoMemorySegment(rows, at, ORDER);
    }

    /**
     * Joins two rows of single words into rows of double words: those of the blocks with even numbers in the upper row,
     * the others in the lower one.
     */
    private void pair() {
        for (int row = 0; row < WORDS * ROW; row += 2 * ROW) {
            LongVector low = LongVector.fromMemorySegment(LONGS, rows, row, ORDER);
            LongVector high = LongVector.fromMemorySegment(LONGS, rows, row + ROW, ORDER);
            low.and(MASK32).or(high.lanewise(LSHL, 32)).intoMemorySegment(rows, row, ORDER);
            low.lanewise(LSHR, 32).or(high.and(~MASK32)).intoMemorySegment(rows, row + ROW, ORDER);
        }
    }

    /** Writes a group's blocks, collecting each block's words from all rows. */
    private void turn(MemorySegment output, int at) {
        for (int pair = 0; pair < WORDS / 2; pair += Transposition.SIDE) {
            for (int block = 0; block < LANES; block += 2 * Transposition.SIDE) {
                int from = pair * 2 * ROW + block / 2 * Long.BYTES;
                int to = at + block * Salsa20.BLOCK_SIZE + pair * Long.BYTES;
                Transposition.square(rows, from, 2 * ROW, output, to, 2 * Salsa20.BLOCK_SIZE);
                from += ROW;
                to += Salsa20.BLOCK_SIZE;
                Transposition.square(rows, from, 2 * ROW, output, to, 2 * Salsa20.BLOCK_SIZE);
            }
        }
    }

    /** The same for the first blocks only. */
    private void turn(MemorySegment output, int at, int blocks) {
        for (int block = 0; block < blocks; block++) {
            int from = block % 2 * ROW + block / 2 * Long.BYTES;
            int to = at + block * Salsa20.BLOCK_SIZE;
            for (int pair = 0; pair < WORDS / 2; pair++, from += 2 * ROW, to += Long.BYTES) {
                output.set(LONG, to, rows.get(LONG, from));
            }
        }
    }

    @Override
    public void wipe() {
        if (dirty) {
            Wiping.wipe(scratch, 0, WORDS * ROW);
            dirty = false;
        }
    }

    @Override
    public void close() {
        region.close();
    }
}
