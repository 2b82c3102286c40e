package io.saltunnel.core.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.LongToIntFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class NonceSetTest {

    private static final int SLOTS = 1 << 10;

    @Test
    void growsWhenThreeQuartersAreFull() {
        NonceSet set = new NonceSet();
        long[] slotBytes = new long[8];
        for (int i = 1; i < 8; i++) {
            set.add(i, 0, 0);
            slotBytes[i] = set.slotBytes();
        }
        assertThat(slotBytes).containsExactly(0, 96, 96, 96, 192, 192, 192, 384);
        assertThat(set.size()).isEqualTo(7);
    }

    @Test
    void findsWhatCollides() {
        NonceSet set = new NonceSet();
        long[] sameHome = LongStream.range(1, 10_000)
                .filter(c -> NonceSet.homeSlot(0, 0, c, SLOTS) == SLOTS - 1)
                .limit(7)
                .toArray();
        for (int i = 0; i < sameHome.length; i++) {
            assertThat(set.contains(0, 0, sameHome[i])).isFalse();
            set.add(0, 0, sameHome[i]);
            for (int j = 0; j <= i; j++) {
                assertThat(set.contains(0, 0, sameHome[j])).isTrue();
            }
        }
    }

    @Test
    void spreadsNoncesWhateverBitsTheyDifferIn() {
        assertSpread(i -> NonceSet.homeSlot(i, 0, 0, SLOTS));
        assertSpread(i -> NonceSet.homeSlot(0, i, 0, SLOTS));
        assertSpread(i -> NonceSet.homeSlot(0, 0, i, SLOTS));
        assertSpread(i -> NonceSet.homeSlot(0, 0, i << 54, SLOTS));
        assertSpread(i -> NonceSet.homeSlot(7, i << 30, 5, SLOTS));
        Random random = new Random(1);
        assertSpread(i -> NonceSet.homeSlot(random.nextLong(), random.nextLong(), random.nextLong(), SLOTS));
    }

    /** As many nonces as slots: placed at random, they would hit 63 % of the slots. */
    private static void assertSpread(LongToIntFunction homeSlot) {
        assertThat(LongStream.range(0, SLOTS)
                        .mapToInt(homeSlot)
                        .peek(slot -> assertThat(slot).isBetween(0, SLOTS - 1))
                        .distinct()
                        .count())
                .isGreaterThan(SLOTS / 2);
    }
}
