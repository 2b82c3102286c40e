package io.saltunnel.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** If a range leaves its buffer, nothing is written: the ranges are checked before the first byte. */
class RangesTest {
    private final ByteBuffer key = ByteBuffer.allocateDirect(32).put(0, (byte) 1);

    @Test
    void ofSalsa20() {
        ByteBuffer output = ByteBuffer.allocateDirect(100);
        ByteBuffer input = ByteBuffer.allocateDirect(16);
        writesNothing(output, () -> Salsa20.keystream(key, 0, 0, 0, output, 0, 101));
        writesNothing(output, () -> Salsa20.keystream(key, 0, 0, 0, output, 1, 100));
        writesNothing(output, () -> Salsa20.keystream(key, 0, 0, 0, output, 0, -1));
        writesNothing(output, () -> Salsa20.keystream(key, 1, 0, 0, output, 0, 0));
        writesNothing(output, () -> Salsa20.keystream(key, 1, 0, 0, output, 0, 64));
        writesNothing(output, () -> Salsa20.hsalsa20(key, 0, input, 0, output, 69));
        writesNothing(output, () -> Salsa20.hsalsa20(key, 0, input, 1, output, 0));
        writesNothing(output, () -> Salsa20.hsalsa20(key, 1, input, 0, output, 0));
    }

    @Test
    void ofPoly1305() {
        ByteBuffer tag = ByteBuffer.allocateDirect(31);
        ByteBuffer message = ByteBuffer.allocateDirect(20);
        writesNothing(tag, () -> Poly1305.tag(key, 0, message, 0, 20, tag, 16));
        writesNothing(tag, () -> Poly1305.tag(key, 0, message, 1, 20, tag, 0));
        writesNothing(tag, () -> Poly1305.tag(key, 0, message, 0, -1, tag, 0));
        writesNothing(tag, () -> Poly1305.tag(key, 1, message, 0, 20, tag, 0));
    }

    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void ofRuns(ChunkKernels kernels) {
        int chunks = 3;
        int length = chunks * Frame.MAX_DATA;
        ByteBuffer data = ByteBuffer.allocateDirect(length);
        ByteBuffer frames = ByteBuffer.allocateDirect(chunks * Frame.SIZE);
        try (ChunkCipher cipher = kernels.cipher()) {
            writesNothing(frames, () -> cipher.seal(key, 1, 0, data, 0, length, frames, 0));
            writesNothing(frames, () -> cipher.seal(key, 0, 0, data, 1, length, frames, 0));
            writesNothing(frames, () -> cipher.seal(key, 0, 0, data, 0, length, frames, 1));
            data.put(0, new byte[length]);
            cipher.seal(key, 0, 0, data, 0, length, frames, 0);
            ByteBuffer opened = ByteBuffer.allocateDirect(length);
            writesNothing(opened, () -> cipher.open(key, 1, 0, frames, 0, chunks, opened, 0));
            writesNothing(opened, () -> cipher.open(key, 0, 0, frames, 1, chunks, opened, 0));
            writesNothing(opened, () -> cipher.open(key, 0, 0, frames, 0, chunks, opened, 1));
            assertThat(cipher.open(key, 0, 0, frames, 0, chunks, opened, 0)).isEqualTo(length);
        }
    }

    private static void writesNothing(ByteBuffer output, ThrowingCallable call) {
        for (int i = 0; i < output.capacity(); i++) {
            output.put(i, (byte) 0x55);
        }
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(call);
        byte[] after = new byte[output.capacity()];
        output.get(0, after);
        assertThat(after).containsOnly(0x55);
    }
}
