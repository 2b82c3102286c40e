package io.saltunnel.core.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WipingTest {

    @Test
    void wipesExactlyTheStretchOfAnyLength() {
        for (int length : new int[] {0, 1, 7, 8, 31, 32, 33, 512, 4095, 4096, 4097, 9000}) {
            for (ByteBuffer buffer :
                    new ByteBuffer[] {ByteBuffer.allocateDirect(10_000), ByteBuffer.allocate(10_000)}) {
                byte[] expected = new byte[10_000];
                Arrays.fill(expected, (byte) 1);
                buffer.put(0, expected);
                Arrays.fill(expected, 3, 3 + length, (byte) 0);
                buffer.position(5);
                Wiping.wipe(buffer, 3, length);
                assertThat(buffer.position()).isEqualTo(5);
                assertThat(buffer.clear()).isEqualTo(ByteBuffer.wrap(expected));
            }
        }
    }

    @Test
    void refusesAStretchOutsideTheBufferBeforeWipingAnything() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(64).put(63, (byte) 1);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> Wiping.wipe(buffer, 1, 64));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> Wiping.wipe(buffer, -1, 8));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> Wiping.wipe(buffer, 0, -1));
        assertThat(buffer.get(63)).isEqualTo((byte) 1);
    }

    @Test
    void wipesArraysOfWords() {
        long[] words = {1, -1, Long.MIN_VALUE, 5};
        Wiping.wipe(words);
        assertThat(words).containsOnly(0);
        int[] row = {1, 2, 3, 4};
        Wiping.wipe(row, 1, 3);
        assertThat(row).containsExactly(1, 0, 0, 4);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> Wiping.wipe(row, 0, 5));
        assertThat(row).containsExactly(1, 0, 0, 4);
    }

    @Test
    void wipesArrays() {
        byte[] array = new byte[100];
        Arrays.fill(array, (byte) 3);
        Wiping.wipe(array);
        assertThat(array).containsOnly(0);
    }
}
