package io.saltunnel.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing stays in scratch space: not after a run, good or bad, not after an exception, not after closing. */
class ScratchTest {

    private final ByteBuffer key = ByteBuffer.allocateDirect(32).put(0, new byte[] {1, 2, 3});
    private final ByteBuffer data = ByteBuffer.allocateDirect(128 * ChunkCipher.MAX_DATA);
    private final ByteBuffer frames = ByteBuffer.allocateDirect(128 * ChunkCipher.FRAME_SIZE);

    static Stream<ChunkKernel> kernels() {
        return ChunkKernels.available().stream();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void isWipedAfterEveryRun(ChunkKernel kernel) {
        try (ChunkCipher cipher = new ChunkCipher(kernel)) {
            for (int chunks : new int[] {1, 2, 3, 128, 1, 33, 16}) {
                int length = chunks * ChunkCipher.MAX_DATA - 1;
                cipher.seal(key, 0, 5, data, 0, length, frames, 0);
                assertWiped(cipher, kernel);
                assertThat(cipher.open(key, 0, 5, frames, 0, chunks, data, 0)).isEqualTo(length);
                assertWiped(cipher, kernel);
                frames.put(0, (byte) (frames.get(0) + 1));
                assertThat(cipher.open(key, 0, 5, frames, 0, chunks, data, 0)).isEqualTo(~0);
                assertWiped(cipher, kernel);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void isWipedOnClose(ChunkKernel kernel) {
        kernel.generate(key, 0, 1, kernel.capacity());
        assertThat(isWiped(kernel)).isFalse();
        kernel.close();
        assertThat(isWiped(kernel)).isTrue();
    }

    private static void assertWiped(ChunkCipher cipher, ChunkKernel kernel) {
        assertThat(isWiped(kernel)).isTrue();
        assertThat(isZero(cipher.computedTags)).isTrue();
    }

    private static boolean isWiped(ChunkKernel kernel) {
        PlainKernel plain = (PlainKernel) kernel;
        boolean zero = isZero(plain.block);
        for (int[] row : plain.rows) {
            for (int word : row) {
                zero &= word == 0;
            }
        }
        return zero;
    }

    private static boolean isZero(ByteBuffer buffer) {
        boolean zero = true;
        for (int i = 0; i < buffer.limit(); i++) {
            zero &= buffer.get(i) == 0;
        }
        return zero;
    }
}
