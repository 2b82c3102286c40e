package io.saltunnel.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs of chunks, on every kernel that runs here, against chunks sealed one by one. */
class ChunkCipherTest {

    private static final int FRAME = Frame.SIZE;
    private static final int MAX_DATA = Frame.MAX_DATA;
    private static final long NONCE = 0x0001_0000_ffff_fff0L; // carries into the upper word within a run

    private final Random random = new Random(494);
    private final ByteBuffer key = direct(32);

    ChunkCipherTest() {
        fill(key);
    }

    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void runsOfEveryLengthAreTheBoxesOfTheirChunks(ChunkKernels kernels) {
        try (ChunkCipher cipher = kernels.cipher()) {
            for (int chunks = 1; chunks <= ChunkCipher.MAX_CHUNKS_PER_RUN; chunks++) {
                int length = chunks * MAX_DATA - random.nextInt(chunks % 3 == 0 ? 1 : MAX_DATA);
                checkRun(cipher, length, random.nextInt(9), random.nextInt(9), chunks % 5 != 0);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void chunksOfEveryLength(ChunkKernels kernels) {
        try (ChunkCipher cipher = kernels.cipher()) {
            for (int length = 1; length <= MAX_DATA; length++) {
                checkRun(cipher, length, length % 8, length % 5, true);
                checkRun(cipher, 4 * MAX_DATA + length, length % 5, length % 8, false);
            }
        }
    }

    private void checkRun(ChunkCipher cipher, int length, int dataOffset, int framesOffset, boolean direct) {
        int chunks = ChunkCipher.chunks(length);
        ByteBuffer data = buffer(dataOffset + length, direct);
        fill(data);
        ByteBuffer frames = buffer(framesOffset + chunks * FRAME + 3, direct);
        cipher.seal(key, 0, NONCE, data, dataOffset, length, frames, framesOffset);
        assertThat(array(frames, framesOffset, chunks * FRAME)).isEqualTo(boxes(data, dataOffset, length));
        assertThat(array(frames, framesOffset + chunks * FRAME, 3)).containsOnly(0);

        // Into another buffer: exactly the data, and no byte beyond it.
        ByteBuffer opened = buffer(dataOffset + chunks * MAX_DATA + 3, direct);
        assertThat(cipher.open(key, 0, NONCE, frames, framesOffset, chunks, opened, dataOffset))
                .isEqualTo(length);
        assertThat(cipher.lastDataLength()).isEqualTo(length);
        assertThat(array(opened, dataOffset, length)).isEqualTo(array(data, dataOffset, length));
        assertThat(array(opened, 0, dataOffset)).isEqualTo(new byte[dataOffset]);
        int rest = opened.limit() - dataOffset - length;
        assertThat(array(opened, dataOffset + length, rest)).isEqualTo(new byte[rest]);

        // In place.
        assertThat(cipher.open(key, 0, NONCE, frames, framesOffset, chunks, frames, framesOffset))
                .isEqualTo(length);
        assertThat(array(frames, framesOffset, length)).isEqualTo(array(data, dataOffset, length));
        assertThat(frames.position()).isZero();
        assertThat(frames.limit()).isEqualTo(frames.capacity());
    }

    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void shortAndEmptyChunksWithinARunAreJoined(ChunkKernels kernels) {
        try (ChunkCipher cipher = kernels.cipher()) {
            List<Integer> lengths = List.of(494, 3, 0, 494, 493, 1, 494, 8, 6, 7, 494);
            int total = lengths.stream().mapToInt(Integer::intValue).sum();
            ByteBuffer data = direct(total);
            fill(data);
            ByteBuffer frames = direct(lengths.size() * FRAME);
            int at = 0;
            for (int i = 0; i < lengths.size(); i++) {
                seal(frames, i * FRAME, NONCE + i, lengths.get(i), array(data, at, lengths.get(i)));
                at += lengths.get(i);
            }
            assertThat(cipher.open(key, 0, NONCE, frames, 0, lengths.size(), frames, 0))
                    .isEqualTo(total);
            assertThat(array(frames, 0, total)).isEqualTo(array(data, 0, total));
        }
    }

    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void damageToAnyByteIsFoundAndStopsTheRunThere(ChunkKernels kernels) {
        int chunks = ChunkKeystream.CAPACITY + 3;
        int damaged = ChunkKeystream.CAPACITY + 1;
        int length = chunks * MAX_DATA;
        ByteBuffer data = direct(length);
        fill(data);
        ByteBuffer frames = direct(chunks * FRAME);
        ByteBuffer opened = direct(length);
        try (ChunkCipher cipher = kernels.cipher()) {
            cipher.seal(key, 0, NONCE, data, 0, length, frames, 0);
            for (int i = 0; i < FRAME; i++) {
                int at = damaged * FRAME + i;
                byte mask = (byte) (1 << random.nextInt(8));
                frames.put(at, (byte) (frames.get(at) ^ mask));
                assertThat(cipher.open(key, 0, NONCE, frames, 0, chunks, opened, 0))
                        .isEqualTo(~damaged);
                assertThat(cipher.lastFailure()).isEqualTo(ChunkFailure.BAD_TAG);
                assertThat(cipher.lastDataLength()).isEqualTo(damaged * MAX_DATA);
                frames.put(at, (byte) (frames.get(at) ^ mask));
            }
        }
        assertThat(array(opened, 0, damaged * MAX_DATA)).isEqualTo(array(data, 0, damaged * MAX_DATA));
        int rest = length - damaged * MAX_DATA;
        assertThat(array(opened, damaged * MAX_DATA, rest)).isEqualTo(new byte[rest]);
    }

    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void aFrameOutOfOrderIsRefused(ChunkKernels kernels) {
        ByteBuffer data = direct(6 * MAX_DATA);
        ByteBuffer frames = direct(6 * FRAME);
        try (ChunkCipher cipher = kernels.cipher()) {
            cipher.seal(key, 0, NONCE, data, 0, data.limit(), frames, 0);
            byte[] third = array(frames, 2 * FRAME, FRAME);
            frames.put(2 * FRAME, frames, 3 * FRAME, FRAME);
            frames.put(3 * FRAME, third);
            assertThat(cipher.open(key, 0, NONCE, frames, 0, 6, data, 0)).isEqualTo(~2);
            assertThat(cipher.lastFailure()).isEqualTo(ChunkFailure.BAD_TAG);
            assertThat(cipher.open(key, 0, NONCE + 1, frames, 0, 1, data, 0)).isEqualTo(~0);
        }
    }

    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void everyLengthOver494IsRefused(ChunkKernels kernels) {
        ByteBuffer frames = direct(2 * FRAME);
        ByteBuffer opened = direct(2 * MAX_DATA);
        try (ChunkCipher cipher = kernels.cipher()) {
            seal(frames, 0, NONCE, MAX_DATA, new byte[MAX_DATA]);
            for (int length = MAX_DATA + 1; length <= 0xffff; length += length < 1100 ? 1 : 251) {
                seal(frames, FRAME, NONCE + 1, length, new byte[0]);
                assertThat(cipher.open(key, 0, NONCE, frames, 0, 2, opened, 0)).isEqualTo(~1);
                assertThat(cipher.lastFailure()).isEqualTo(ChunkFailure.BAD_LENGTH);
                assertThat(cipher.lastDataLength()).isEqualTo(MAX_DATA);
            }
            seal(frames, FRAME, NONCE + 1, 0xffff, new byte[0]);
            assertThat(cipher.open(key, 0, NONCE, frames, 0, 2, opened, 0)).isEqualTo(~1);
        }
    }

    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void refusesArgumentsOutOfRange(ChunkKernels kernels) {
        ByteBuffer data = direct(128 * MAX_DATA + 1);
        ByteBuffer frames = direct(129 * FRAME);
        try (ChunkCipher cipher = kernels.cipher()) {
            assertThatIllegalArgumentException().isThrownBy(() -> cipher.seal(key, 0, 0, data, 0, 0, frames, 0));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> cipher.seal(key, 0, 0, data, 0, 128 * MAX_DATA + 1, frames, 0));
            assertThatIllegalArgumentException().isThrownBy(() -> cipher.open(key, 0, 0, frames, 0, 0, data, 0));
            assertThatIllegalArgumentException().isThrownBy(() -> cipher.open(key, 0, 0, frames, 0, 129, data, 0));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> cipher.seal(key, 0, -1, data, 0, MAX_DATA + 1, frames, 0));
            assertThatIllegalArgumentException().isThrownBy(() -> cipher.open(key, 0, -2, frames, 0, 3, data, 0));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> cipher.seal(key, 1, 0, data, 0, 1, frames, 0));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> cipher.seal(key, 0, 0, data, data.limit(), 1, frames, 0));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> cipher.seal(key, 0, 0, data, 0, 1, frames, 128 * FRAME + 1));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> cipher.open(key, 0, 0, frames, 1, 129 - 1, data.limit(128 * MAX_DATA), 1));
            // The last nonces are valid.
            cipher.seal(key, 0, -2, data, 0, 2 * MAX_DATA, frames, 0);
            assertThat(cipher.open(key, 0, -2, frames, 0, 2, data, 0)).isEqualTo(2 * MAX_DATA);
        }
    }

    /** The expected frames of a run, made one chunk at a time. */
    private byte[] boxes(ByteBuffer data, int offset, int length) {
        int chunks = ChunkCipher.chunks(length);
        ByteBuffer frames = direct(chunks * FRAME);
        for (int i = 0; i < chunks; i++) {
            int chunkLength = Math.min(length - i * MAX_DATA, MAX_DATA);
            seal(frames, i * FRAME, NONCE + i, chunkLength, array(data, offset + i * MAX_DATA, chunkLength));
        }
        return array(frames, 0, chunks * FRAME);
    }

    private void seal(ByteBuffer frames, int at, long nonce, int lengthField, byte[] data) {
        byte[] text = Arrays.copyOf(new byte[] {(byte) lengthField, (byte) (lengthField >>> 8)}, 496);
        System.arraycopy(data, 0, text, 2, data.length);
        frames.put(at + 16, text);
        RawChunk.seal(key, 0, nonce, frames, at);
    }

    private void fill(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.limit()];
        random.nextBytes(bytes);
        buffer.put(0, bytes);
    }

    private static ByteBuffer direct(int size) {
        return buffer(size, true);
    }

    private static ByteBuffer buffer(int size, boolean direct) {
        ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
        return buffer.order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] array(ByteBuffer buffer, int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return bytes;
    }
}
