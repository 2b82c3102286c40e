package io.saltunnel.core.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConstantTimeTest {

    @Test
    void findsADifferenceInAnySingleBit() {
        Random random = new Random(1);
        for (int length = 0; length < 40; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            ByteBuffer a = ByteBuffer.allocate(length + 3).put(3, bytes);
            for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
                ByteBuffer b =
                        ByteBuffer.allocateDirect(length + 1).order(order).put(1, bytes);
                assertThat(ConstantTime.equal(a, 3, b, 1, length)).isTrue();
                for (int bit = 0; bit < 8 * length; bit++) {
                    flip(b, 1, bit);
                    assertThat(ConstantTime.equal(a, 3, b, 1, length)).isFalse();
                    flip(b, 1, bit);
                }
            }
        }
    }

    @Test
    void findsAnySingleBitThatIsNotZero() {
        for (int length = 0; length < 40; length++) {
            ByteBuffer buffer =
                    ByteBuffer.allocateDirect(length + 2).put(0, (byte) 1).put(length + 1, (byte) 1);
            assertThat(ConstantTime.isZero(buffer, 1, length)).isTrue();
            for (int bit = 0; bit < 8 * length; bit++) {
                flip(buffer, 1, bit);
                assertThat(ConstantTime.isZero(buffer, 1, length)).isFalse();
                flip(buffer, 1, bit);
            }
        }
    }

    /** A range outside the buffer must not count as equal, nor as zeros. */
    @Test
    void refusesWhatLeavesItsBuffer() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(16).limit(10);
        for (int[] stretch : new int[][] {{0, 11}, {10, 1}, {3, 8}, {-1, 1}, {0, -1}, {11, 0}}) {
            int offset = stretch[0];
            int length = stretch[1];
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> ConstantTime.equal(buffer, offset, ByteBuffer.allocate(20), 0, length));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> ConstantTime.equal(ByteBuffer.allocate(20), 0, buffer, offset, length));
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> ConstantTime.isZero(buffer, offset, length));
        }
    }

    private static void flip(ByteBuffer buffer, int offset, int bit) {
        int at = offset + bit / 8;
        buffer.put(at, (byte) (buffer.get(at) ^ (1 << (bit % 8))));
    }
}
