package io.saltunnel.netty.internal.admission;

import static io.saltunnel.netty.internal.admission.ReadBudget.BURST_BYTES;
import static io.saltunnel.netty.internal.admission.ReadBudget.BYTES_PER_SECOND;
import static io.saltunnel.netty.internal.admission.ReadBudget.LEAST_CHARGE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReadBudgetTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** The clock overflows during these tests. */
    private long now = Long.MAX_VALUE - SECOND;

    private final ReadBudget budget = new ReadBudget(() -> now);

    @Test
    void aBurstIsFreeAndThenEachReadWaitsForItself() {
        assertThat(budget.pay(BURST_BYTES)).isZero();
        assertThat(budget.pay(BYTES_PER_SECOND)).isEqualTo(SECOND);
        assertThat(budget.pay(BYTES_PER_SECOND)).as("behind the one before").isEqualTo(2 * SECOND);
        now += 2 * SECOND;
        assertThat(budget.pay(BYTES_PER_SECOND / 2)).isEqualTo(SECOND / 2);
    }

    @Test
    void aPauseIsWorthNoMoreThanABurst() {
        now += 100 * SECOND;
        assertThat(budget.pay(BURST_BYTES)).isZero();
        assertThat(budget.pay(BYTES_PER_SECOND)).isEqualTo(SECOND);
    }

    @Test
    void aSmallReadCostsAsMuchAsOneOfAKilobyte() {
        budget.pay(BURST_BYTES);
        assertThat(budget.pay(1)).isEqualTo(SECOND * LEAST_CHARGE / BYTES_PER_SECOND);
    }
}
