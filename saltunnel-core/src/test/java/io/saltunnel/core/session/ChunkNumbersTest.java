package io.saltunnel.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class ChunkNumbersTest {

    @Test
    void followOneAnotherWithoutAGap() {
        ChunkNumbers numbers = new ChunkNumbers(0);
        assertThat(numbers.take(1)).isZero();
        assertThat(numbers.take(128)).isEqualTo(1);
        assertThat(numbers.take(3)).isEqualTo(129);
        assertThat(numbers.take(1)).isEqualTo(132);
    }

    @Test
    void passTheBoundsOfSignedNumbers() {
        ChunkNumbers numbers = new ChunkNumbers(Long.MAX_VALUE);
        assertThat(numbers.take(2)).isEqualTo(Long.MAX_VALUE);
        assertThat(numbers.take(1)).isEqualTo(Long.MIN_VALUE + 1);
    }

    @Test
    void endWithTheLargest() {
        ChunkNumbers numbers = new ChunkNumbers(-3);
        assertThat(numbers.take(2)).isEqualTo(-3);
        assertThat(numbers.take(1)).isEqualTo(-1);
        assertExhausted(numbers, 1);
        assertExhausted(numbers, 128);
    }

    @Test
    void endWithTheLargestInOneRun() {
        ChunkNumbers numbers = new ChunkNumbers(-128);
        assertThat(numbers.take(128)).isEqualTo(-128);
        assertExhausted(numbers, 1);
    }

    @Test
    void takeNothingForARunThatWouldPassTheEnd() {
        ChunkNumbers numbers = new ChunkNumbers(-3);
        assertExhausted(numbers, 4);
        assertThat(numbers.take(3)).isEqualTo(-3);
    }

    private static void assertExhausted(ChunkNumbers numbers, int count) {
        assertThatExceptionOfType(NonceExhaustedException.class).isThrownBy(() -> numbers.take(count));
    }
}
