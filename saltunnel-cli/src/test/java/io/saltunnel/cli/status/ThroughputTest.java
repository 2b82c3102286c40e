package io.saltunnel.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ThroughputTest {

    @Test
    void aPointIsTheBytesASecondOfOnePeriod() {
        Throughput throughput = new Throughput(1000, 0);
        throughput.add(1400, 20);
        throughput.add(1400, 40);
        assertThat(throughput.last(5)).containsExactly(new Throughput.Point(200, 10), new Throughput.Point(0, 10));
        assertThat(throughput.last(1)).containsExactly(new Throughput.Point(0, 10));
    }

    @Test
    void keepsTheNewestPoints() {
        Throughput throughput = new Throughput(0, 0);
        for (int i = 1; i <= 2 * Throughput.POINTS + 1; i++) {
            throughput.add((long) i * (i + 1), 0);
        }
        assertThat(throughput.last(Integer.MAX_VALUE)).hasSize(Throughput.POINTS);
        assertThat(throughput.last(2))
                .containsExactly(
                        new Throughput.Point(2L * Throughput.POINTS, 0),
                        new Throughput.Point(2L * Throughput.POINTS + 1, 0));
    }

    @Test
    void aTunnelThatBeganAnewHasNoNegativeRate() {
        Throughput throughput = new Throughput(1_000_000, 1_000_000);
        throughput.add(10, 0);
        assertThat(throughput.last(1)).containsExactly(new Throughput.Point(5, 0));
    }
}
