package io.saltunnel.netty.internal.accept;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptBudgetTest {
    private static final long MILLISECOND = 1_000_000;

    @Test
    void beginsFullWhateverTheClockSays() {
        assertThat(new AcceptBudget(1, 4096).available(Long.MAX_VALUE)).isEqualTo(AcceptBudget.BURST);
        assertThat(new AcceptBudget(1, 4096).available(-7)).isEqualTo(AcceptBudget.BURST);
    }

    @Test
    void refillsPerMillisecondAndLoop() {
        AcceptBudget budget = empty(new AcceptBudget(3, 4096));
        assertThat(budget.available(MILLISECOND)).isEqualTo(3 * AcceptBudget.REFILL_PER_MILLISECOND);
        assertThat(budget.available(3 * MILLISECOND)).isEqualTo(9 * AcceptBudget.REFILL_PER_MILLISECOND);
    }

    @Test
    void losesNothingWhenAskedOften() {
        AcceptBudget budget = empty(new AcceptBudget(1, 4096));
        for (long nanos = 0; nanos <= 2 * MILLISECOND; nanos += 1000) {
            budget.available(nanos);
        }
        assertThat(budget.available(2 * MILLISECOND)).isEqualTo(2 * AcceptBudget.REFILL_PER_MILLISECOND);
    }

    @Test
    void refillsNoFurtherThanABurst() {
        assertThat(empty(new AcceptBudget(1, 4096)).available(1000 * MILLISECOND))
                .isEqualTo(AcceptBudget.BURST);
    }

    @Test
    void aConnectionThatProvesTheKeyGivesBackWhatItTook() {
        AcceptBudget budget = empty(new AcceptBudget(1, 4096));
        budget.giveBack();
        assertThat(budget.available(0)).isEqualTo(1);
        AcceptBudget full = new AcceptBudget(1, 4096);
        full.giveBack();
        assertThat(full.available(0)).isEqualTo(AcceptBudget.BURST);
    }

    @Test
    void owesNothingForWhatWasAcceptedBeyondIt() {
        AcceptBudget budget = empty(new AcceptBudget(1, 4096));
        budget.take();
        budget.giveBack();
        assertThat(budget.available(0)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"4096, 256", "500, 62", "64, 8", "8, 1", "1, 1"})
    void aBatchIsNoLargerThanAnEighthOfTheUnauthenticatedPeers(int maxUnauthenticated, int maxBatch) {
        assertThat(new AcceptBudget(2, maxUnauthenticated).maxBatch()).isEqualTo(maxBatch);
    }

    @ParameterizedTest
    @CsvSource({"4096, 1024", "500, 125", "8, 2", "1, 1"})
    void newcomersAreNoMoreThanAQuarterOfTheUnauthenticatedPeers(int maxUnauthenticated, int maxNewcomers) {
        assertThat(new AcceptBudget(2, maxUnauthenticated).maxNewcomers()).isEqualTo(maxNewcomers);
    }

    private static AcceptBudget empty(AcceptBudget budget) {
        budget.available(0);
        for (int i = 0; i < AcceptBudget.BURST; i++) {
            budget.take();
        }
        return budget;
    }

    @Test
    void bothBoundsFollowTheBudgetForUnauthenticatedPeers() {
        AcceptBudget budget = new AcceptBudget(2, 4096);
        budget.resize(64);
        assertThat(budget.maxBatch()).isEqualTo(8);
        assertThat(budget.maxNewcomers()).isEqualTo(16);
    }
}
