package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.LittleEndian.getInt;
import static io.saltunnel.core.crypto.LittleEndian.putLong;

import io.saltunnel.core.secret.Wiping;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The keystream that runs everywhere, laid out so that HotSpot's C2 compiler vectorises it.
 *
 * <p>Salsa20's 16 state words are 16 rows, and every block is a lane, that is, an index into all rows:
 *
 * <pre>
 *              chunk 0               chunk 1
 *   block      0   1   2  …  8       0   1   2  …  8      …
 *   row 0      ■   ■   ■     ■       ■   ■   ■     ■
 *   row 1      ■   ■   ■     ■       ■   ■   ■     ■           lane = 9 · chunk + block
 *    ⋮
 *   row 15     ■   ■   ■     ■       ■   ■   ■     ■
 * </pre>
 *
 * <p>A quarter-round then is a loop over the lanes of four rows, in which nothing moves between lanes. It must stay a
 * small method with one call site, and each row must be an array, or C2 stops vectorising it. At the end two rows at a
 * time, plus the block's input, become the eight-byte words of the output.
 *
 * <p>The rows are heap arrays, because C2 vectorises nothing else. The collector may move them, even during a batch.
 */
final class RowKeystream implements ChunkKeystream {

    private static final int LANES = CAPACITY * BLOCKS_PER_CHUNK;
    private static final int DOUBLE_ROUNDS = 10;
    private static final long MASK32 = (1L << 32) - 1;

    /** Below this many chunks, the loops over lanes are too short to be faster. */
    private static final int LEAST_CHUNKS_IN_ROWS = 3;

    /**
     * The fewest lanes that go through the rounds. The compiler unrolls a loop by its average number of iterations:
     * when shorter batches had brought that below 65, the whole keystream took 1.5 times as long.
     */
    private static final int LEAST_LANES_IN_ROUNDS = 72;

    /** The rows of a double round's eight quarter-rounds. */
    private static final int[][] QUARTER_ROUNDS = {
        {0, 4, 8, 12}, {5, 9, 13, 1}, {10, 14, 2, 6}, {15, 3, 7, 11},
        {0, 1, 2, 3}, {5, 6, 7, 4}, {10, 11, 8, 9}, {15, 12, 13, 14}
    };

    final int[][] rows = new int[16][LANES];

    // The public part of the lanes' input.
    private final int[] chunkNumber = new int[LANES];
    private final int[] blockNumber = new int[LANES];

    private int dirtyLanes;

    RowKeystream() {
        for (int lane = 0; lane < LANES; lane++) {
            chunkNumber[lane] = lane / BLOCKS_PER_CHUNK;
            blockNumber[lane] = lane % BLOCKS_PER_CHUNK;
        }
    }

    @Override
    public String name() {
        return "rows";
    }

    @Override
    public void generate(ByteBuffer key, int keyOffset, long firstNonce, int chunks, ByteBuffer output) {
        int nonceLow = (int) firstNonce;
        int nonceHigh = (int) (firstNonce >>> 32);
        boolean oneHigh = (firstNonce + chunks - 1) >>> 32 == firstNonce >>> 32; // except once in 2^32 chunks
        if (chunks < LEAST_CHUNKS_IN_ROWS || !oneHigh) {
            for (int i = 0; i < chunks; i++) {
                Salsa20.keystream(key, keyOffset, firstNonce + i, 0, output, i * STRIDE, STRIDE);
            }
            return;
        }
        int lanes = chunks * BLOCKS_PER_CHUNK;
        int lanesInRounds = Math.max(lanes, LEAST_LANES_IN_ROUNDS); // the extra lanes turn zeros into zeros
        dirtyLanes = Math.max(dirtyLanes, lanesInRounds);
        // The key's words are read one by one, each twice, where they are used. In variables, they would be spilled to
        // the stack, side by side.
        Arrays.fill(rows[0], 0, lanes, Salsa20.SIGMA0);
        Arrays.fill(rows[1], 0, lanes, getInt(key, keyOffset));
        Arrays.fill(rows[2], 0, lanes, getInt(key, keyOffset + 4));
        Arrays.fill(rows[3], 0, lanes, getInt(key, keyOffset + 8));
        Arrays.fill(rows[4], 0, lanes, getInt(key, keyOffset + 12));
        Arrays.fill(rows[5], 0, lanes, Salsa20.SIGMA1);
        fill(rows[6], chunkNumber, nonceLow, lanes);
        Arrays.fill(rows[7], 0, lanes, nonceHigh);
        System.arraycopy(blockNumber, 0, rows[8], 0, lanes);
        Arrays.fill(rows[9], 0, lanes, 0);
        Arrays.fill(rows[10], 0, lanes, Salsa20.SIGMA2);
        Arrays.fill(rows[11], 0, lanes, getInt(key, keyOffset + 16));
        Arrays.fill(rows[12], 0, lanes, getInt(key, keyOffset + 20));
        Arrays.fill(rows[13], 0, lanes, getInt(key, keyOffset + 24));
        Arrays.fill(rows[14], 0, lanes, getInt(key, keyOffset + 28));
        Arrays.fill(rows[15], 0, lanes, Salsa20.SIGMA3);

        rounds(rows, lanesInRounds);

        merge(rows[0], Salsa20.SIGMA0, rows[1], getInt(key, keyOffset), lanes, output, 0);
        merge(rows[2], getInt(key, keyOffset + 4), rows[3], getInt(key, keyOffset + 8), lanes, output, 8);
        merge(rows[4], getInt(key, keyOffset + 12), rows[5], Salsa20.SIGMA1, lanes, output, 16);
        merge(rows[6], chunkNumber, nonceLow, rows[7], nonceHigh, lanes, output, 24);
        merge(rows[8], blockNumber, 0, rows[9], 0, lanes, output, 32);
        merge(rows[10], Salsa20.SIGMA2, rows[11], getInt(key, keyOffset + 16), lanes, output, 40);
        merge(rows[12], getInt(key, keyOffset + 20), rows[13], getInt(key, keyOffset + 24), lanes, output, 48);
        merge(rows[14], getInt(key, keyOffset + 28), rows[15], Salsa20.SIGMA3, lanes, output, 56);
    }

    private static void fill(int[] row, int[] values, int add, int lanes) {
        for (int i = 0; i < lanes; i++) {
            row[i] = values[i] + add;
        }
    }

    private static void rounds(int[][] rows, int lanes) {
        for (int i = 0; i < DOUBLE_ROUNDS; i++) {
            for (int[] q : QUARTER_ROUNDS) {
                quarterRound(rows[q[0]], rows[q[1]], rows[q[2]], rows[q[3]], lanes);
            }
        }
    }

    private static void quarterRound(int[] rowA, int[] rowB, int[] rowC, int[] rowD, int lanes) {
        for (int i = 0; i < lanes; i++) {
            int a = rowA[i];
            int b = rowB[i];
            int c = rowC[i];
            int d = rowD[i];
            b ^= Integer.rotateLeft(a + d, 7);
            c ^= Integer.rotateLeft(b + a, 9);
            d ^= Integer.rotateLeft(c + b, 13);
            a ^= Integer.rotateLeft(d + c, 18);
            rowA[i] = a;
            rowB[i] = b;
            rowC[i] = c;
            rowD[i] = d;
        }
    }

    /** Adds the same input to all lanes of two rows, and writes each pair of words to byte {@code at} of its block. */
    private static void merge(int[] even, int addEven, int[] odd, int addOdd, int lanes, ByteBuffer target, int at) {
        for (int i = 0; i < lanes; i++) {
            long low = even[i] + addEven & MASK32;
            int high = odd[i] + addOdd;
            putLong(target, i * Salsa20.BLOCK_SIZE + at, low | (long) high << 32);
        }
    }

    /** Does the same with an input of the even row that differs from lane to lane. */
    private static void merge(
            int[] even, int[] values, int addEven, int[] odd, int addOdd, int lanes, ByteBuffer target, int at) {
        for (int i = 0; i < lanes; i++) {
            long low = even[i] + values[i] + addEven & MASK32;
            int high = odd[i] + addOdd;
            putLong(target, i * Salsa20.BLOCK_SIZE + at, low | (long) high << 32);
        }
    }

    @Override
    public void wipe() {
        for (int[] row : rows) {
            Wiping.wipe(row, 0, dirtyLanes);
        }
        dirtyLanes = 0;
    }

    @Override
    public void close() {
        wipe();
    }
}
