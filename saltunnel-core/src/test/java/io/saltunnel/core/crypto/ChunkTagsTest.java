package io.saltunnel.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.wire.Frame;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tags of chunks that random input never gives, compared with big integers. */
class ChunkTagsTest {
    private static final int CHUNKS = 16;
    private static final int BLOCKS = Frame.CHUNK_PLAINTEXT / 16;
    private static final BigInteger BLOCK = BigInteger.TWO.pow(128);
    private static final BigInteger P = BigInteger.TWO.pow(130).subtract(BigInteger.valueOf(5));

    /** Two words that are signalling NaNs, of either sign: using one as a number changes it. */
    private static final BigInteger SIGNALLING = new BigInteger("7ff0000000000001fff4000000000001", 16);

    /**
     * With r = 1 the accumulator is a sum. The last block makes the highest of five limbs overflow into the lowest, and
     * that into the next, which is left at 2^26. The two above it are full, so that the final carry goes through all.
     */
    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void aCarryGoesThroughAllLimbsAfterTheLastBlock(ChunkKernels kernels) {
        BigInteger last = BLOCK.subtract(BigInteger.valueOf(36));
        BigInteger lastButOne = BLOCK.subtract(BigInteger.TWO.pow(104));
        BigInteger pad = new BigInteger("123456789abcdeffedcba9876543210", 16);
        ByteBuffer keystream = ByteBuffer.allocateDirect(CHUNKS * ChunkKeystream.STRIDE);
        ByteBuffer frames = ByteBuffer.allocateDirect(CHUNKS * Frame.SIZE);
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            put(BigInteger.ONE, keystream, chunk * ChunkKeystream.STRIDE);
            put(pad, keystream, chunk * ChunkKeystream.STRIDE + 16);
            int end = (chunk + 1) * Frame.SIZE;
            put(lastButOne, frames, end - 32);
            put(last, frames, end - 16);
        }
        BigInteger sum =
                BLOCK.multiply(BigInteger.valueOf(BLOCKS)).add(lastButOne).add(last);
        assertTags(kernels, keystream, frames, sum.mod(P).add(pad).mod(BLOCK));
    }

    /** Words may be moved as floating-point numbers, and arithmetic replaces some kinds of these. */
    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void wordsThatAreNoNumbersStayAsTheyAre(ChunkKernels kernels) {
        ByteBuffer keystream = ByteBuffer.allocateDirect(CHUNKS * ChunkKeystream.STRIDE);
        ByteBuffer frames = ByteBuffer.allocateDirect(CHUNKS * Frame.SIZE);
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            put(BigInteger.ONE, keystream, chunk * ChunkKeystream.STRIDE);
            int text = chunk * Frame.SIZE + Frame.TAG;
            for (int block = 0; block < BLOCKS; block++) {
                put(SIGNALLING, frames, text + 16 * block);
            }
        }
        BigInteger sum = BLOCK.add(SIGNALLING).multiply(BigInteger.valueOf(BLOCKS));
        assertTags(kernels, keystream, frames, sum.mod(P).mod(BLOCK));
    }

    /** The same for all chunks. */
    private static void assertTags(ChunkKernels kernels, ByteBuffer keystream, ByteBuffer frames, BigInteger tag) {
        ByteBuffer expected = ByteBuffer.allocate(Poly1305.TAG_SIZE);
        put(tag, expected, 0);
        ByteBuffer tags = ByteBuffer.allocateDirect(CHUNKS * Poly1305.TAG_SIZE);
        try (ChunkTags kernel = kernels.tags()) {
            kernel.compute(keystream, CHUNKS, frames, 0, tags, 0, Poly1305.TAG_SIZE);
        }
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            assertThat(tags.slice(chunk * Poly1305.TAG_SIZE, Poly1305.TAG_SIZE)).isEqualTo(expected);
        }
    }

    private static void put(BigInteger value, ByteBuffer buffer, int at) {
        buffer.duplicate()
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(at, value.longValue())
                .putLong(at + Long.BYTES, value.shiftRight(Long.SIZE).longValue());
    }
}
