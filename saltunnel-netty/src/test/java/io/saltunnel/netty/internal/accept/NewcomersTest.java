package io.saltunnel.netty.internal.accept;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NewcomersTest {
    private final Newcomers newcomers = new Newcomers(() -> 3);
    private final AtomicInteger told = new AtomicInteger();
    private final EmbeddedChannel first = new EmbeddedChannel();
    private final EmbeddedChannel second = new EmbeddedChannel();

    @Test
    void hasRoomForTheMostAtFirst() {
        assertThat(newcomers.room()).isEqualTo(3);
    }

    @Test
    void countsConnectionsOfABatchThatHasNotEnded() {
        newcomers.add(first);
        assertThat(newcomers.room()).isEqualTo(2);
    }

    @Test
    void doesNotCountAConnectionThatIsClosed() {
        first.close();
        newcomers.add(first);
        assertThat(newcomers.room()).isEqualTo(3);
    }

    @Test
    void makesRoomWhenTheEventLoopHasReadOnceMore() {
        newcomers.add(first);
        endOfBatch();
        assertThat(newcomers.room()).isEqualTo(2);
        letRead(first);
        assertThat(newcomers.room()).isEqualTo(3);
    }

    @Test
    void waitsForEveryEventLoopOfABatch() {
        newcomers.add(first);
        newcomers.add(second);
        endOfBatch();
        letRead(first);
        assertThat(newcomers.room()).isEqualTo(1);
        letRead(second);
        assertThat(newcomers.room()).isEqualTo(3);
    }

    @Test
    void aBatchIsCountedWhileTheOneAheadIs() {
        newcomers.add(first);
        endOfBatch();
        newcomers.add(second);
        endOfBatch();
        letRead(second);
        assertThat(newcomers.room()).as("the batch ahead was not read from").isEqualTo(1);
        letRead(first);
        assertThat(newcomers.room()).isEqualTo(3);
    }

    @Test
    void neverHasLessThanNoRoom() {
        for (int i = 0; i < 4; i++) {
            newcomers.add(first);
        }
        assertThat(newcomers.room()).isZero();
    }

    @Test
    void tellsOfRoomOnceAndOnlyIfAsked() {
        newcomers.add(first);
        endOfBatch();
        letRead(first);
        assertThat(told).hasValue(0);
        newcomers.add(first);
        endOfBatch();
        newcomers.waitForRoom();
        letRead(first);
        assertThat(told).hasValue(1);
        newcomers.add(first);
        endOfBatch();
        letRead(first);
        assertThat(told).hasValue(1);
    }

    @Test
    void aBatchWithoutConnectionsTellsNothing() {
        newcomers.waitForRoom();
        endOfBatch();
        assertThat(told).hasValue(0);
        assertThat(newcomers.room()).isEqualTo(3);
    }

    private void endOfBatch() {
        newcomers.endOfBatch(told::incrementAndGet);
    }

    private static void letRead(EmbeddedChannel accepted) {
        accepted.runPendingTasks();
        accepted.runScheduledPendingTasks();
    }
}
