package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.LittleEndian.getInt;
import static io.saltunnel.core.crypto.LittleEndian.getLong;
import static io.saltunnel.core.crypto.LittleEndian.putInt;
import static io.saltunnel.core.crypto.LittleEndian.putLong;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The kernel that runs everywhere. It is laid out so that HotSpot's C2 compiler turns it into SIMD code by itself.
 *
 * <p>Salsa20's 16 state words are 16 rows, and every block of keystream is a lane, that is, an index into all rows:
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
 * <p>A quarter-round is then a loop over the lanes of four rows, without any movement between lanes. It must stay a small method with one
 * call site, or C2 stops vectorising it. The finished keystream stays in rows; XOR picks a block's words from them.
 *
 * <p>The rows are heap arrays, because C2 vectorises nothing else: the collector may move them, also in the middle of a batch.
 */
final class PlainKernel implements ChunkKernel {

    /** 18 KB of rows: the loops are long, and all rows stay in the first-level cache. */
    private static final int CAPACITY = 32;

    private static final int LANES = CAPACITY * BLOCKS_PER_CHUNK;
    private static final long MASK32 = (1L << 32) - 1;
    private static final int DOUBLE_ROUNDS = 10;

    /** Below this many chunks the loops over lanes are too short to pay. */
    private static final int LEAST_CHUNKS_IN_LANES = 3;

    /** The rows of a double round's eight quarter-rounds. */
    private static final int[][] QUARTER_ROUNDS = {
        {0, 4, 8, 12}, {5, 9, 13, 1}, {10, 14, 2, 6}, {15, 3, 7, 11},
        {0, 1, 2, 3}, {5, 6, 7, 4}, {10, 11, 8, 9}, {15, 12, 13, 14}
    };

    final int[][] rows = new int[16][LANES];

    // Salsa20's public input, by lane.
    private final int[] nonceLow = new int[LANES];
    private final int[] nonceHigh = new int[LANES];
    private final int[] blockNumber = new int[LANES];

    /** One block in byte order. */
    final ByteBuffer block = ByteBuffer.allocateDirect(Salsa20.BLOCK_SIZE);

    private int dirtyLanes;

    PlainKernel() {
        for (int lane = 0; lane < LANES; lane++) {
            blockNumber[lane] = lane % BLOCKS_PER_CHUNK;
        }
    }

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public int capacity() {
        return CAPACITY;
    }

    @Override
    public void generate(ByteBuffer key, int keyOffset, long firstNonce, int chunks) {
        int lanes = chunks * BLOCKS_PER_CHUNK;
        dirtyLanes = Math.max(dirtyLanes, lanes);
        if (chunks < LEAST_CHUNKS_IN_LANES) {
            for (int lane = 0; lane < lanes; lane++) {
                generateOne(key, keyOffset, firstNonce + lane / BLOCKS_PER_CHUNK, lane);
            }
            return;
        }
        for (int chunk = 0; chunk < chunks; chunk++) {
            long nonce = firstNonce + chunk;
            int lane = chunk * BLOCKS_PER_CHUNK;
            Arrays.fill(nonceLow, lane, lane + BLOCKS_PER_CHUNK, (int) nonce);
            Arrays.fill(nonceHigh, lane, lane + BLOCKS_PER_CHUNK, (int) (nonce >>> 32));
        }
        Arrays.fill(rows[0], 0, lanes, Salsa20.SIGMA0);
        Arrays.fill(rows[5], 0, lanes, Salsa20.SIGMA1);
        Arrays.fill(rows[10], 0, lanes, Salsa20.SIGMA2);
        Arrays.fill(rows[15], 0, lanes, Salsa20.SIGMA3);
        for (int i = 0; i < 4; i++) {
            Arrays.fill(rows[1 + i], 0, lanes, getInt(key, keyOffset + 4 * i));
            Arrays.fill(rows[11 + i], 0, lanes, getInt(key, keyOffset + 16 + 4 * i));
        }
        System.arraycopy(nonceLow, 0, rows[6], 0, lanes);
        System.arraycopy(nonceHigh, 0, rows[7], 0, lanes);
        System.arraycopy(blockNumber, 0, rows[8], 0, lanes);
        Arrays.fill(rows[9], 0, lanes, 0);

        for (int i = 0; i < DOUBLE_ROUNDS; i++) {
            for (int[] q : QUARTER_ROUNDS) {
                quarterRound(rows[q[0]], rows[q[1]], rows[q[2]], rows[q[3]], lanes);
            }
        }

        add(rows[0], Salsa20.SIGMA0, lanes);
        add(rows[5], Salsa20.SIGMA1, lanes);
        add(rows[10], Salsa20.SIGMA2, lanes);
        add(rows[15], Salsa20.SIGMA3, lanes);
        for (int i = 0; i < 4; i++) {
            add(rows[1 + i], getInt(key, keyOffset + 4 * i), lanes);
            add(rows[11 + i], getInt(key, keyOffset + 16 + 4 * i), lanes);
        }
        add(rows[6], nonceLow, lanes);
        add(rows[7], nonceHigh, lanes);
        add(rows[8], blockNumber, lanes);
    }

    /** Makes the block of one lane, without loops over lanes. */
    private void generateOne(ByteBuffer key, int keyOffset, long nonce, int lane) {
        Salsa20.keystream(key, keyOffset, nonce, lane % BLOCKS_PER_CHUNK, block, 0, Salsa20.BLOCK_SIZE);
        for (int i = 0; i < 16; i++) {
            rows[i][lane] = getInt(block, 4 * i);
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

    private static void add(int[] row, int value, int lanes) {
        for (int i = 0; i < lanes; i++) {
            row[i] += value;
        }
    }

    private static void add(int[] row, int[] values, int lanes) {
        for (int i = 0; i < lanes; i++) {
            row[i] += values[i];
        }
    }

    @Override
    public long keystream(int chunk, int index) {
        return pair(rows[index % 8 * 2], rows[index % 8 * 2 + 1], chunk * BLOCKS_PER_CHUNK + index / 8);
    }

    /** Two neighbouring words of a block's keystream. */
    private static long pair(int[] even, int[] odd, int lane) {
        return even[lane] & MASK32 | (long) odd[lane] << 32;
    }

    @Override
    public void encryptFull(int chunk, ByteBuffer data, int dataOffset, ByteBuffer frames, int frame) {
        int[] x0 = rows[0];
        int[] x1 = rows[1];
        int[] x2 = rows[2];
        int[] x3 = rows[3];
        int[] x4 = rows[4];
        int[] x5 = rows[5];
        int[] x6 = rows[6];
        int[] x7 = rows[7];
        int[] x8 = rows[8];
        int[] x9 = rows[9];
        int[] x10 = rows[10];
        int[] x11 = rows[11];
        int[] x12 = rows[12];
        int[] x13 = rows[13];
        int[] x14 = rows[14];
        int[] x15 = rows[15];
        int lane = chunk * BLOCKS_PER_CHUNK;
        int to = frame + ChunkCipher.TEXT;
        // The text is the length, then the data: from its second word on, it lies two bytes ahead of the data.
        int from = dataOffset - ChunkCipher.LENGTH_SIZE;
        putLong(frames, to, (getLong(data, dataOffset) << 16 | ChunkCipher.MAX_DATA) ^ pair(x8, x9, lane));
        putLong(frames, to + 8, getLong(data, from + 8) ^ pair(x10, x11, lane));
        putLong(frames, to + 16, getLong(data, from + 16) ^ pair(x12, x13, lane));
        putLong(frames, to + 24, getLong(data, from + 24) ^ pair(x14, x15, lane));
        to += 32;
        from += 32;
        for (int block = 1; block < BLOCKS_PER_CHUNK - 1; block++) {
            lane++;
            putLong(frames, to, getLong(data, from) ^ pair(x0, x1, lane));
            putLong(frames, to + 8, getLong(data, from + 8) ^ pair(x2, x3, lane));
            putLong(frames, to + 16, getLong(data, from + 16) ^ pair(x4, x5, lane));
            putLong(frames, to + 24, getLong(data, from + 24) ^ pair(x6, x7, lane));
            putLong(frames, to + 32, getLong(data, from + 32) ^ pair(x8, x9, lane));
            putLong(frames, to + 40, getLong(data, from + 40) ^ pair(x10, x11, lane));
            putLong(frames, to + 48, getLong(data, from + 48) ^ pair(x12, x13, lane));
            putLong(frames, to + 56, getLong(data, from + 56) ^ pair(x14, x15, lane));
            to += Salsa20.BLOCK_SIZE;
            from += Salsa20.BLOCK_SIZE;
        }
        lane++;
        putLong(frames, to, getLong(data, from) ^ pair(x0, x1, lane));
        putLong(frames, to + 8, getLong(data, from + 8) ^ pair(x2, x3, lane));
    }

    @Override
    public void decryptFull(int chunk, ByteBuffer frames, int frame, ByteBuffer data, int dataOffset) {
        int[] x0 = rows[0];
        int[] x1 = rows[1];
        int[] x2 = rows[2];
        int[] x3 = rows[3];
        int[] x4 = rows[4];
        int[] x5 = rows[5];
        int[] x6 = rows[6];
        int[] x7 = rows[7];
        int[] x8 = rows[8];
        int[] x9 = rows[9];
        int[] x10 = rows[10];
        int[] x11 = rows[11];
        int[] x12 = rows[12];
        int[] x13 = rows[13];
        int[] x14 = rows[14];
        int[] x15 = rows[15];
        int lane = chunk * BLOCKS_PER_CHUNK;
        int from = frame + ChunkCipher.TEXT;
        int to = dataOffset - ChunkCipher.LENGTH_SIZE;
        // The first word's lowest two bytes are the length: only the other six are data.
        long first = getLong(frames, from) ^ pair(x8, x9, lane);
        putInt(data, to + 2, (int) (first >>> 16));
        LittleEndian.putShort(data, to + 6, (short) (first >>> 48));
        putLong(data, to + 8, getLong(frames, from + 8) ^ pair(x10, x11, lane));
        putLong(data, to + 16, getLong(frames, from + 16) ^ pair(x12, x13, lane));
        putLong(data, to + 24, getLong(frames, from + 24) ^ pair(x14, x15, lane));
        to += 32;
        from += 32;
        for (int block = 1; block < BLOCKS_PER_CHUNK - 1; block++) {
            lane++;
            putLong(data, to, getLong(frames, from) ^ pair(x0, x1, lane));
            putLong(data, to + 8, getLong(frames, from + 8) ^ pair(x2, x3, lane));
            putLong(data, to + 16, getLong(frames, from + 16) ^ pair(x4, x5, lane));
            putLong(data, to + 24, getLong(frames, from + 24) ^ pair(x6, x7, lane));
            putLong(data, to + 32, getLong(frames, from + 32) ^ pair(x8, x9, lane));
            putLong(data, to + 40, getLong(frames, from + 40) ^ pair(x10, x11, lane));
            putLong(data, to + 48, getLong(frames, from + 48) ^ pair(x12, x13, lane));
            putLong(data, to + 56, getLong(frames, from + 56) ^ pair(x14, x15, lane));
            to += Salsa20.BLOCK_SIZE;
            from += Salsa20.BLOCK_SIZE;
        }
        lane++;
        putLong(data, to, getLong(frames, from) ^ pair(x0, x1, lane));
        putLong(data, to + 8, getLong(frames, from + 8) ^ pair(x2, x3, lane));
    }

    @Override
    public void tags(int chunks, ByteBuffer frames, int firstFrame, ByteBuffer tags, int tagsOffset, int tagStride) {
        for (int i = 0; i < chunks; i++) {
            Poly1305.tag(
                    keystream(i, 0),
                    keystream(i, 1),
                    keystream(i, 2),
                    keystream(i, 3),
                    frames,
                    firstFrame + i * ChunkCipher.FRAME_SIZE + ChunkCipher.TEXT,
                    ChunkCipher.TEXT_SIZE,
                    tags,
                    tagsOffset + i * tagStride);
        }
    }

    @Override
    public void wipe() {
        for (int[] row : rows) {
            Arrays.fill(row, 0, dirtyLanes, 0);
        }
        dirtyLanes = 0;
        LittleEndian.wipe(block, 0, Salsa20.BLOCK_SIZE);
    }

    @Override
    public void close() {
        wipe();
    }
}
