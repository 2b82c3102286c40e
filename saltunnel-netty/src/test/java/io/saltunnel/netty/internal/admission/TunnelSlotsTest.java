package io.saltunnel.netty.internal.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TunnelSlotsTest {
    private final TunnelSlots slots = new TunnelSlots(2, 2);
    private final List<Integer> granted = new ArrayList<>();

    @Test
    void aFreeSlotIsGrantedAtOnce() {
        acquire(1);
        acquire(2);
        assertThat(granted).containsExactly(1, 2);
        assertThat(slots.held()).isEqualTo(2);
    }

    @Test
    void requestsWithoutAFreeSlotWaitAndAreServedInOrder() {
        TunnelSlots.Slot first = acquire(1);
        TunnelSlots.Slot second = acquire(2);
        acquire(3);
        acquire(4);
        assertThat(granted).containsExactly(1, 2);
        assertThat(slots.waiting()).isEqualTo(2);
        second.free();
        first.free();
        assertThat(granted).containsExactly(1, 2, 3, 4);
        assertThat(slots.held()).isEqualTo(2);
        assertThat(slots.waiting()).isZero();
    }

    @Test
    void moreSlotsAreGrantedToTheLineAtOnce() {
        IntStream.rangeClosed(1, 4).forEach(this::acquire);
        slots.resize(3, 2);
        assertThat(granted).containsExactly(1, 2, 3);
        assertThat(slots.waiting()).isEqualTo(1);
        assertThat(slots.held()).isEqualTo(3);
    }

    @Test
    void fewerSlotsTakeNoneAwayAndGrantNoneBeforeEnoughAreFreed() {
        TunnelSlots.Slot first = acquire(1);
        TunnelSlots.Slot second = acquire(2);
        acquire(3);
        slots.resize(1, 2);
        assertThat(slots.held()).isEqualTo(2);
        first.free();
        assertThat(granted).containsExactly(1, 2);
        assertThat(slots.held()).isEqualTo(1);
        second.free();
        assertThat(granted).containsExactly(1, 2, 3);
        assertThat(slots.held()).isEqualTo(1);
    }

    @Test
    void tellsWhetherASlotIsThere() {
        TunnelSlots.Slot first = acquire(1);
        acquire(2);
        TunnelSlots.Slot third = acquire(3);
        assertThat(first.isHeld()).isTrue();
        assertThat(third.isHeld()).isFalse();
        first.free();
        assertThat(first.isHeld()).isFalse();
        assertThat(third.isHeld()).isTrue();
    }

    @Test
    void aRequestIsRefusedIfTheLineIsFull() {
        IntStream.rangeClosed(1, 4).forEach(this::acquire);
        assertThat(slots.acquire(() -> granted.add(5))).isEmpty();
        assertThat(slots.waiting()).isEqualTo(2);
    }

    @Test
    void aRequestThatLeavesTheLineIsNotServed() {
        TunnelSlots.Slot first = acquire(1);
        acquire(2);
        acquire(3).free();
        acquire(4);
        first.free();
        assertThat(granted).containsExactly(1, 2, 4);
    }

    @Test
    void freeingTwiceFreesOnce() {
        TunnelSlots.Slot first = acquire(1);
        acquire(2);
        first.free();
        first.free();
        acquire(3);
        acquire(4);
        assertThat(granted).containsExactly(1, 2, 3);
    }

    @Test
    void refusesNumbersThatMakeNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TunnelSlots(0, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new TunnelSlots(1, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> slots.resize(0, 0));
    }

    @Test
    void manyThreadsNeverHoldMoreThanThereAre() throws Exception {
        TunnelSlots few = new TunnelSlots(3, 1000);
        AtomicInteger most = new AtomicInteger();
        List<Thread> threads = IntStream.range(0, 4)
                .mapToObj(number -> new Thread(() -> comeAndGo(few, number, most)))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(most.get()).isBetween(1, 3);
        assertThat(few.held()).isZero();
        assertThat(few.waiting()).isZero();
    }

    /** Some requests give up while they wait; only they know whether they were granted a slot at that moment. */
    private static void comeAndGo(TunnelSlots slots, int seed, AtomicInteger most) {
        Random random = new Random(seed);
        List<TunnelSlots.Slot> mine = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            mine.add(slots.acquire(() -> {}).orElseThrow());
            most.accumulateAndGet(slots.held(), Math::max);
            if (random.nextInt(3) > 0) {
                mine.remove(random.nextInt(mine.size())).free();
            }
            if (mine.size() > 100) {
                mine.forEach(TunnelSlots.Slot::free);
                mine.clear();
            }
        }
        mine.forEach(TunnelSlots.Slot::free);
    }

    private TunnelSlots.Slot acquire(int number) {
        TunnelSlots.Slot slot = slots.acquire(() -> granted.add(number)).orElseThrow();
        if (slot.wasFree()) {
            granted.add(number);
        }
        return slot;
    }
}
