package io.saltunnel.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.Protocol2Vector;
import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: what a sender of version 2 seals behind its data is zeros, whatever the buffers held before, with every kernel.
 */
class Padding2Test {

    private static final byte OLD = (byte) 0xa5;
    private static final byte DATA = 0x11;
    private static final int TEXT = Frame.CHUNK_PLAINTEXT;
    private static final int HEAD = 2;

    private final Ends2 ends = new Ends2(Protocol2Vector.judged());
    private final SecretBox box = new SecretBox();
    private final List<ChunkCipher> kernels = ChunkCipher.createEach();
    private long number;

    @AfterEach
    void close() {
        kernels.forEach(ChunkCipher::close);
        box.close();
        ends.close();
    }

    @Test
    void behindDataAreZeros() {
        for (ChunkCipher cipher : kernels) {
            for (int length : new int[] {1, 2, 3, 100, 493, 494, 495, 5 * 494 + 7, 17 * 494 + 1, 128 * 494 - 1}) {
                makeDirty(length);
                assertZerosBehind(length, ends.client.sealer().seal(cipher, ends.data, 0, length, ends.frames, 0));
            }
        }
    }

    @Test
    void aChunkWithoutDataIsZeros() {
        for (ChunkCipher cipher : kernels) {
            makeDirty(0);
            ends.client.sealer().sealPadded(cipher, ends.data, 0, 0, ends.frames, 0, 1);
            assertZerosBehind(0, 1);
        }
    }

    @Test
    void runsOfPaddingAreZeros() {
        for (ChunkCipher cipher : kernels) {
            for (int frames : new int[] {1, 2, 7, 8, 16, 63, 64, 65, 128}) {
                for (int length : new int[] {0, 1, 494, 495, 8 * 494}) {
                    if (length <= frames * Frame.MAX_DATA) {
                        makeDirty(length);
                        ends.client.sealer().sealPadded(cipher, ends.data, 0, length, ends.frames, 0, frames);
                        assertZerosBehind(length, frames);
                    }
                }
            }
        }
    }

    @Test
    void behindTheEndAreZeros() {
        for (int length : new int[] {0, 1, 500}) {
            for (ChunkCipher cipher : kernels) {
                try (Ends2 other = new Ends2(ends.vector)) {
                    makeDirty(length);
                    number = 0;
                    assertZerosBehind(
                            length, other.client.sealer().sealEnd(cipher, ends.data, 0, length, ends.frames, 0));
                }
            }
        }
    }

    /** Data of this length, and old content behind it and in the frames. */
    private void makeDirty(int length) {
        for (int i = 0; i < ends.data.limit(); i++) {
            ends.data.put(i, i < length ? DATA : OLD);
        }
        for (int i = 0; i < ends.frames.limit(); i++) {
            ends.frames.put(i, OLD);
        }
    }

    private void assertZerosBehind(int length, int frames) {
        List<Byte> behind = new ArrayList<>();
        int left = length;
        for (int i = 0; i < frames; i++) {
            ByteBuffer frame = ByteBuffer.allocateDirect(Frame.SIZE).put(0, ends.frames, i * Frame.SIZE, Frame.SIZE);
            // The sessions of all these tests begin with the same key, which doesn't change in between.
            assertThat(box.open8(ends.clientKeys.bytes(), SessionKeys.CLIENT_KEY, number++, frame, 0, TEXT))
                    .isTrue();
            int data = Math.min(left, Frame.MAX_DATA);
            left -= data;
            for (int at = Frame.TAG + HEAD; at < Frame.SIZE; at++) {
                if (at < Frame.TAG + HEAD + data) {
                    assertThat(frame.get(at)).isEqualTo(DATA);
                } else {
                    behind.add(frame.get(at));
                }
            }
        }
        assertThat(behind).allMatch(value -> value == 0);
        assertThat(left).isZero();
    }
}
