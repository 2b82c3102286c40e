package io.saltunnel.netty.internal.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Goal: one timer ticks for all paced connections of an event loop, by the clock alone. */
class PaceClockTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<String> ticks = new ArrayList<>();

    @BeforeEach
    void stopTime() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void anEventLoopHasOneClockWhileThereAreConnections() {
        PaceClock clock = PaceClock.of(channel.eventLoop());
        PaceClock.Connection one = number -> ticks.add("one " + number);
        PaceClock.Connection two = number -> ticks.add("two " + number);
        clock.join(one);
        assertThat(PaceClock.of(channel.eventLoop())).isSameAs(clock);
        clock.join(two);
        pass(10);
        pass(9);
        pass(1);
        clock.leave(one);
        pass(25);
        assertThat(ticks).containsExactly("one 1", "two 1", "one 2", "two 2", "two 4");
        clock.leave(two);
        clock.leave(two);
        pass(100);
        assertThat(ticks).hasSize(5);
        assertThat(PaceClock.of(channel.eventLoop())).isNotSameAs(clock);
    }

    @Test
    void connectionsMayComeAndGoDuringATick() {
        PaceClock clock = PaceClock.of(channel.eventLoop());
        PaceClock.Connection late = number -> ticks.add("late " + number);
        PaceClock.Connection first = new PaceClock.Connection() {
            @Override
            public void tick(long number) {
                ticks.add("first " + number);
                clock.leave(this);
                clock.join(late);
            }
        };
        clock.join(first);
        pass(10);
        pass(10);
        assertThat(ticks).containsExactly("first 1", "late 2");
        clock.leave(late);
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }
}
