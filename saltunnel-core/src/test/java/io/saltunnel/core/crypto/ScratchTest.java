package io.saltunnel.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing stays in scratch space: not after a run, good or bad, not after an exception, not after closing. */
class ScratchTest {

    private final ByteBuffer key = ByteBuffer.allocateDirect(32).put(0, new byte[] {1, 2, 3});
    private final ByteBuffer data = ByteBuffer.allocateDirect(128 * ChunkCipher.MAX_DATA);
    private final ByteBuffer frames = ByteBuffer.allocateDirect(128 * ChunkCipher.FRAME_SIZE);

    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void isWipedAfterEveryRun(ChunkKernels kernels) {
        ChunkKeystream keystream = kernels.keystream();
        try (ChunkCipher cipher = new ChunkCipher(new Kernels(keystream, kernels.text(), kernels.tags(), true))) {
            for (int chunks : new int[] {1, 2, 3, 128, 1, 33, 16}) {
                int length = chunks * ChunkCipher.MAX_DATA - 1;
                cipher.seal(key, 0, 5, data, 0, length, frames, 0);
                assertWiped(cipher, keystream);
                assertThat(cipher.open(key, 0, 5, frames, 0, chunks, data, 0)).isEqualTo(length);
                assertWiped(cipher, keystream);
                frames.put(0, (byte) (frames.get(0) + 1));
                assertThat(cipher.open(key, 0, 5, frames, 0, chunks, data, 0)).isEqualTo(~0);
                assertWiped(cipher, keystream);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void isWipedOnClose(ChunkKernels kernels) {
        ChunkKeystream keystream = kernels.keystream();
        ChunkCipher cipher = new ChunkCipher(new Kernels(keystream, kernels.text(), kernels.tags(), true));
        keystream.generate(key, 0, 1, ChunkKeystream.CAPACITY, cipher.keystream);
        assertThat(isZero(cipher.keystream)).isFalse();
        cipher.close();
        assertThat(isZero(cipher.keystream)).isTrue();
        assertWiped(cipher, keystream);
    }

    private static void assertWiped(ChunkCipher cipher, ChunkKeystream kernel) {
        assertThat(isZero(cipher.keystream)).isTrue();
        assertThat(isZero(cipher.computedTags)).isTrue();
        if (kernel instanceof RowKeystream inRows) {
            for (int[] row : inRows.rows) {
                assertThat(row).containsOnly(0);
            }
        }
    }

    private static boolean isZero(ByteBuffer buffer) {
        boolean zero = true;
        for (int i = 0; i < buffer.limit(); i++) {
            zero &= buffer.get(i) == 0;
        }
        return zero;
    }
}
