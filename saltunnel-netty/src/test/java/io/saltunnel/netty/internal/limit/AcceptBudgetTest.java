package io.saltunnel.netty.internal.limit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AcceptBudgetTest {
    private static final long MILLISECOND = 1_000_000;

    @Test
    void beginsFullWhateverTheClockSays() {
        assertThat(AcceptBudget.of(1).available(Long.MAX_VALUE)).isEqualTo(AcceptBudget.BURST);
        assertThat(AcceptBudget.of(1).available(-7)).isEqualTo(AcceptBudget.BURST);
    }

    @Test
    void refillsSoManyAMillisecondAndLoop() {
        AcceptBudget budget = empty(AcceptBudget.of(3));
        assertThat(budget.available(MILLISECOND)).isEqualTo(3 * AcceptBudget.REFILL_PER_MILLISECOND);
        assertThat(budget.available(3 * MILLISECOND)).isEqualTo(9 * AcceptBudget.REFILL_PER_MILLISECOND);
    }

    @Test
    void losesNothingWhenAskedOften() {
        AcceptBudget budget = empty(AcceptBudget.of(1));
        for (long nanos = 0; nanos <= 2 * MILLISECOND; nanos += 1000) {
            budget.available(nanos);
        }
        assertThat(budget.available(2 * MILLISECOND)).isEqualTo(2 * AcceptBudget.REFILL_PER_MILLISECOND);
    }

    @Test
    void refillsNoFurtherThanABurst() {
        assertThat(empty(AcceptBudget.of(1)).available(1000 * MILLISECOND)).isEqualTo(AcceptBudget.BURST);
    }

    @Test
    void whoProvesTheKeyGivesBackWhatItTook() {
        AcceptBudget budget = empty(AcceptBudget.of(1));
        budget.giveBack();
        assertThat(budget.available(0)).isEqualTo(1);
        AcceptBudget full = AcceptBudget.of(1);
        full.giveBack();
        assertThat(full.available(0)).isEqualTo(AcceptBudget.BURST);
    }

    @Test
    void owesNothingForWhatWasAcceptedBeyondIt() {
        AcceptBudget budget = empty(AcceptBudget.of(1));
        budget.take();
        budget.giveBack();
        assertThat(budget.available(0)).isEqualTo(1);
    }

    @Test
    void mayBeWithoutAnEnd() {
        assertThat(empty(AcceptBudget.unlimited()).available(0)).isEqualTo(AcceptBudget.BURST);
    }

    private static AcceptBudget empty(AcceptBudget budget) {
        budget.available(0);
        for (int i = 0; i < AcceptBudget.BURST; i++) {
            budget.take();
        }
        return budget;
    }
}
