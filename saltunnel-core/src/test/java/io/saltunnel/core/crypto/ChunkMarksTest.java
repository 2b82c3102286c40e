package io.saltunnel.core.crypto;

import static io.saltunnel.core.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.saltunnel.core.wire.ChunkMark;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs with marks, on every kernel that runs here, against chunks sealed one by one. */
class ChunkMarksTest {

    private static final int FRAME = Frame.SIZE;
    private static final int MAX_DATA = Frame.MAX_DATA;
    private static final int RUN = ChunkCipher.MAX_CHUNKS_PER_RUN;
    private static final long NONCE = 77;
    private static final ProtocolVersion V2 = ProtocolVersion.V2;

    private final Random random = new Random(0x4000);
    private final ByteBuffer key = filled(32);
    private final ByteBuffer data = filled(RUN * MAX_DATA);
    private final ByteBuffer frames = direct(RUN * FRAME);
    private final ByteBuffer opened = direct(RUN * MAX_DATA);

    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void theLastChunkOfARunHasTheMark(ChunkKernels kernels) {
        try (ChunkCipher cipher = kernels.cipher()) {
            for (ChunkMark mark : ChunkMark.values()) {
                for (int chunks : new int[] {1, 2, 63, 64, 65, 127, 128}) {
                    for (int missing : new int[] {0, 1, 493}) {
                        int length = chunks * MAX_DATA - missing;
                        cipher.seal(key, 0, NONCE, data, 0, length, chunks, mark, frames, 0);
                        assertThat(hex(frames, 0, chunks * FRAME)).isEqualTo(boxes(length, chunks, mark));
                        assertThat(cipher.open(V2, key, 0, NONCE, frames, 0, chunks, opened, 0))
                                .isEqualTo(chunks);
                        assertThat(cipher.lastMark()).isEqualTo(mark);
                        assertThat(cipher.lastDataLength()).isEqualTo(length);
                        assertThat(hex(opened, 0, length)).isEqualTo(hex(data, 0, length));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void aChunkWithoutDataIsZerosButForItsMark(ChunkKernels kernels) {
        try (ChunkCipher cipher = kernels.cipher()) {
            for (ChunkMark mark : ChunkMark.values()) {
                cipher.seal(key, 0, NONCE, data, 5, 0, 1, mark, frames, 3);
                assertThat(hex(frames, 3, FRAME)).isEqualTo(boxes(0, 1, mark));
                assertThat(cipher.open(V2, key, 0, NONCE, frames, 3, 1, opened, 0))
                        .isEqualTo(1);
                assertThat(cipher.lastDataLength()).isZero();
                assertThat(cipher.lastMark()).isEqualTo(mark);
            }
        }
    }

    /** Batches of data alone, of both, and of padding alone, at every width of the vectors. */
    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void chunksBehindTheDataAreEmpty(ChunkKernels kernels) {
        try (ChunkCipher cipher = kernels.cipher()) {
            for (int chunks : new int[] {1, 2, 7, 8, 9, 16, 63, 64, 65, 127, 128}) {
                for (int length : new int[] {0, 1, 494, 495, 988, 31_616, 31_617, 40_000}) {
                    if (length <= chunks * MAX_DATA) {
                        ByteBuffer all = direct(length).put(0, data, 0, length);
                        for (ChunkMark mark : ChunkMark.values()) {
                            cipher.seal(key, 0, NONCE, all, 0, length, chunks, mark, frames, 0);
                            assertThat(hex(frames, 0, chunks * FRAME)).isEqualTo(boxes(length, chunks, mark));
                            assertThat(cipher.open(V2, key, 0, NONCE, frames, 0, chunks, opened, 0))
                                    .isEqualTo(chunks);
                            assertThat(cipher.lastDataLength()).isEqualTo(length);
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void openingStopsBehindAMark(ChunkKernels kernels) {
        try (ChunkCipher cipher = kernels.cipher()) {
            for (int marked : new int[] {0, 1, 62, 63, 64, 126, 127}) {
                cipher.seal(key, 0, NONCE, data, 0, RUN * MAX_DATA, frames, 0);
                setHead(marked, 300 | ChunkMark.REKEY.bit());
                int length = marked * MAX_DATA + 300;
                opened.put(length < opened.limit() ? length : 0, (byte) 0x55);
                assertThat(cipher.open(V2, key, 0, NONCE, frames, 0, RUN, opened, 0))
                        .isEqualTo(marked + 1);
                assertThat(cipher.lastMark()).isEqualTo(ChunkMark.REKEY);
                assertThat(cipher.lastDataLength()).isEqualTo(length);
                assertThat(hex(opened, 0, length)).isEqualTo(hex(data, 0, length));
                assertThat(opened.get(length)).as("the byte behind").isEqualTo((byte) 0x55);
                assertThat(cipher.open(V2, key, 0, NONCE, frames, 0, marked + 1, frames, 0))
                        .as("in place")
                        .isEqualTo(marked + 1);
                assertThat(hex(frames, 0, length)).isEqualTo(hex(data, 0, length));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void everyHeadIsJudgedByItsVersionsRules(ChunkKernels kernels) {
        List<Integer> wrong = new ArrayList<>();
        try (ChunkCipher cipher = kernels.cipher()) {
            for (int head = 0; head <= 0xffff; head++) {
                setHead(0, head);
                if (!isJudgedRightly(cipher, head)) {
                    wrong.add(head);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    /** One assertion for all heads, since 65,536 would take seconds. */
    private boolean isJudgedRightly(ChunkCipher cipher, int head) {
        int second = cipher.open(V2, key, 0, NONCE, frames, 0, 1, opened, 0);
        ChunkFailure expected = failure(head);
        boolean right = expected == null
                ? second == 1 && cipher.lastDataLength() == (head & 0x1ff)
                : second == ~0
                        && cipher.lastFailure() == expected
                        && cipher.lastMark() == ChunkMark.NONE
                        && cipher.lastDataLength() == 0;
        int first = cipher.open(key, 0, NONCE, frames, 0, 1, opened, 0);
        return right
                && (head <= MAX_DATA ? first == head : first == ~0 && cipher.lastFailure() == ChunkFailure.BAD_LENGTH);
    }

    private static @Nullable ChunkFailure failure(int head) {
        if ((head & 0b0011_1110_0000_0000) != 0) {
            return ChunkFailure.RESERVED_BITS;
        }
        if ((head & 0x1ff) > MAX_DATA) {
            return ChunkFailure.BAD_LENGTH;
        }
        return (head & 0xc000) == 0xc000 ? ChunkFailure.END_AND_REKEY : null;
    }

    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void aBadChunkAfterAMarkIsNotLookedAt(ChunkKernels kernels) {
        try (ChunkCipher cipher = kernels.cipher()) {
            cipher.seal(key, 0, NONCE, data, 0, 3 * MAX_DATA, frames, 0);
            setHead(1, ChunkMark.END.bit());
            frames.put(2 * FRAME, (byte) ~frames.get(2 * FRAME));
            assertThat(cipher.open(V2, key, 0, NONCE, frames, 0, 3, opened, 0)).isEqualTo(2);
            assertThat(cipher.lastMark()).isEqualTo(ChunkMark.END);
            assertThat(cipher.open(V2, key, 0, NONCE + 2, frames, 2 * FRAME, 1, opened, 0))
                    .isEqualTo(~0);
            assertThat(cipher.lastMark()).isEqualTo(ChunkMark.NONE);
            assertThat(cipher.lastFailure()).isEqualTo(ChunkFailure.BAD_TAG);
        }
    }

    @ParameterizedTest
    @MethodSource("io.saltunnel.core.crypto.ChunkKernels#available")
    void refusesLengthsThatNoRunHas(ChunkKernels kernels) {
        try (ChunkCipher cipher = kernels.cipher()) {
            for (int length : new int[] {-1, 2 * MAX_DATA + 1}) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> cipher.seal(key, 0, 0, data, 0, length, 2, ChunkMark.NONE, frames, 0))
                        .withMessage("dataLength " + length);
            }
            for (int count : new int[] {-1, 0, RUN + 1}) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> cipher.seal(key, 0, 0, data, 0, 0, count, ChunkMark.NONE, frames, 0))
                        .withMessage("frameCount " + count);
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> cipher.open(V2, key, 0, 0, frames, 0, count, opened, 0));
            }
        }
    }

    /** Chunks sealed one by one, in hex. */
    private String boxes(int length, int chunks, ChunkMark mark) {
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < chunks; i++) {
            ByteBuffer frame = direct(FRAME);
            int part = Math.max(0, Math.min(MAX_DATA, length - i * MAX_DATA));
            int head = part | (i == chunks - 1 ? mark.bit() : 0);
            frame.putShort(16, (short) head).put(18, data, Math.min(i * MAX_DATA, length), part);
            RawChunk.seal(key, 0, NONCE + i, frame, 0);
            hex.append(hex(frame));
        }
        return hex.toString();
    }

    /** Opens a chunk of full data, gives it another head, and seals it again. */
    private void setHead(int chunk, int head) {
        int frame = chunk * FRAME;
        frames.putShort(frame + 16, (short) head).put(frame + 18, data, chunk * MAX_DATA, MAX_DATA);
        RawChunk.seal(key, 0, NONCE + chunk, frames, frame);
    }

    private static ByteBuffer direct(int size) {
        return ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private ByteBuffer filled(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return direct(size).put(0, bytes);
    }
}
