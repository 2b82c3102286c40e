package io.saltunnel.core.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;

class RandomSourceTest {

    @Test
    void fillsExactlyBetweenPositionAndLimit() {
        for (ByteBuffer buffer : new ByteBuffer[] {ByteBuffer.allocate(5000), ByteBuffer.allocateDirect(5000)}) {
            buffer.position(10).limit(4990);
            RandomSource.system().fill(buffer);
            assertThat(buffer.position()).isEqualTo(10);
            assertThat(buffer.limit()).isEqualTo(4990);
            buffer.clear();
            for (int i = 0; i < 10; i++) {
                assertThat(buffer.get(i)).isZero();
                assertThat(buffer.get(4990 + i)).isZero();
            }
            // Sixteen zeros in a row occur once in 2^128.
            for (int i = 10; i + 16 <= 4990; i += 16) {
                assertThat(buffer.getLong(i) | buffer.getLong(i + 8)).isNotZero();
            }
        }
    }

    @Test
    void hasAWayThatNeedsNoKernelCall() {
        for (ByteBuffer buffer : new ByteBuffer[] {ByteBuffer.allocate(656), ByteBuffer.allocateDirect(656)}) {
            SystemRandomSource.fillByJdk(buffer, 16, 624); // two whole steps and a part of one
            for (int i = 0; i < 656; i += 16) {
                long bits = buffer.getLong(i) | buffer.getLong(i + 8);
                if (i == 0 || i == 640) {
                    assertThat(bits).isZero();
                } else {
                    assertThat(bits).isNotZero();
                }
            }
        }
    }

    @Test
    void neverRepeatsAStep() {
        for (ByteBuffer buffer : new ByteBuffer[] {ByteBuffer.allocate(1024), ByteBuffer.allocateDirect(1024)}) {
            RandomSource.system().fill(buffer);
            assertThat(buffer.getLong(0)).isNotEqualTo(buffer.getLong(256));
            SystemRandomSource.fillByJdk(buffer, 0, 1024);
            assertThat(buffer.getLong(0)).isNotEqualTo(buffer.getLong(256));
        }
    }

    @Test
    void refusesAReadOnlyBuffer() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(16);
        assertThatExceptionOfType(ReadOnlyBufferException.class)
                .isThrownBy(() -> RandomSource.system().fill(buffer.asReadOnlyBuffer()));
        assertThat(buffer.getLong(0)).isZero();
    }

    @Test
    void leavesAnEmptyStretchAlone() {
        ByteBuffer buffer = ByteBuffer.allocate(4).position(2).limit(2);
        RandomSource.system().fill(buffer);
        assertThat(buffer.array()).containsOnly(0);
    }
}
