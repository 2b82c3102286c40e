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
            // Sixteen zeros in a row come once in 2^128.
            for (int i = 10; i + 16 <= 4990; i += 16) {
                assertThat(buffer.getLong(i) | buffer.getLong(i + 8)).isNotZero();
            }
        }
    }

    @Test
    void hasAWayThatNeedsNoKernelCall() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(48);
        SystemRandomSource.fillByTink(buffer, 16, 16);
        assertThat(buffer.getLong(0) | buffer.getLong(8) | buffer.getLong(32) | buffer.getLong(40))
                .isZero();
        assertThat(buffer.getLong(16) | buffer.getLong(24)).isNotZero();
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
