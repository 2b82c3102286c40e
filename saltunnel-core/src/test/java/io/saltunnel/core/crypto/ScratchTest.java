package io.saltunnel.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.wire.Frame;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing stays in scratch space after a run, good or bad, after an exception, or after closing. */
class ScratchTest {

    private final ByteBuffer key = ByteBuffer.allocateDirect(32).put(0, new byte[] {1, 2, 3});
    private final ByteBuffer data = ByteBuffer.allocateDirect(128 * Frame.MAX_DATA);
    private final ByteBuffer frames = ByteBuffer.allocateDirect(128 * Frame.SIZE);

    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void isWipedAfterEveryRun(ChunkKernels kernels) throws ReflectiveOperationException {
        ChunkKeystream keystream = kernels.keystream();
        ChunkTags tags = kernels.tags();
        try (ChunkCipher cipher =
                new ChunkCipher(new Kernels(keystream, kernels.text(), tags, KernelChoice.DECISIONS))) {
            for (int chunks : new int[] {1, 2, 3, 128, 1, 33, 16}) {
                int length = chunks * Frame.MAX_DATA - 1;
                cipher.seal(key, 0, 5, data, 0, length, frames, 0);
                assertWiped(cipher, keystream, tags);
                assertThat(cipher.open(key, 0, 5, frames, 0, chunks, data, 0)).isEqualTo(length);
                assertWiped(cipher, keystream, tags);
                frames.put(0, (byte) (frames.get(0) + 1));
                assertThat(cipher.open(key, 0, 5, frames, 0, chunks, data, 0)).isEqualTo(~0);
                assertWiped(cipher, keystream, tags);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void isWipedOnClose(ChunkKernels kernels) throws ReflectiveOperationException {
        ChunkKeystream keystream = kernels.keystream();
        ChunkTags tags = kernels.tags();
        ChunkCipher cipher = new ChunkCipher(new Kernels(keystream, kernels.text(), tags, KernelChoice.DECISIONS));
        keystream.generate(key, 0, 1, ChunkKeystream.CAPACITY, cipher.keystream);
        assertThat(isZero(cipher.keystream)).isFalse();
        cipher.close();
        assertThat(isZero(cipher.keystream)).isTrue();
        if (kernels == ChunkKernels.PLAIN) { // the other kernels' memory is released
            assertWiped(cipher, keystream, tags);
        }
    }

    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void ofAKernelHoldsSomethingUntilItIsWiped(ChunkKernels kernels) throws ReflectiveOperationException {
        int chunks = ChunkKeystream.CAPACITY;
        ByteBuffer stream = ByteBuffer.allocateDirect(chunks * ChunkKeystream.STRIDE);
        ByteBuffer computed = ByteBuffer.allocateDirect(chunks * Poly1305.TAG_SIZE);
        try (ChunkKeystream keystream = kernels.keystream();
                ChunkTags tags = kernels.tags()) {
            keystream.generate(key, 0, 1, chunks, stream);
            tags.compute(stream, chunks, frames, 0, computed, 0, Poly1305.TAG_SIZE);
            if (kernels == ChunkKernels.VECTOR) {
                assertThat(isZero(secrets(keystream))).isFalse();
                assertThat(isZero(secrets(tags))).isFalse();
            }
            keystream.wipe();
            tags.wipe();
            assertWiped(keystream);
            assertWiped(tags);
        }
    }

    private static void assertWiped(ChunkCipher cipher, ChunkKeystream keystream, ChunkTags tags)
            throws ReflectiveOperationException {
        assertThat(isZero(cipher.keystream)).isTrue();
        assertThat(isZero(cipher.computedTags)).isTrue();
        assertWiped(keystream);
        assertWiped(tags);
    }

    private static void assertWiped(Object kernel) throws ReflectiveOperationException {
        if (kernel instanceof RowKeystream inRows) {
            for (int[] row : inRows.rows) {
                assertThat(row).containsOnly(0);
            }
        } else if (!(kernel instanceof SerialTags)) {
            assertThat(isZero(secrets(kernel))).isTrue();
        }
    }

    /**
     * The scratch space of the vector kernels, whose classes only some JDKs have. All but ten of the tags' 67 rows are
     * ciphertext.
     */
    private static ByteBuffer secrets(Object kernel) throws ReflectiveOperationException {
        Field scratch = kernel.getClass().getDeclaredField("scratch");
        scratch.setAccessible(true);
        ByteBuffer all = (ByteBuffer) scratch.get(kernel);
        return kernel instanceof ChunkTags ? all.slice(0, all.limit() / 67 * 10) : all;
    }

    private static boolean isZero(ByteBuffer buffer) {
        boolean zero = true;
        for (int i = 0; i < buffer.limit(); i++) {
            zero &= buffer.get(i) == 0;
        }
        return zero;
    }
}
