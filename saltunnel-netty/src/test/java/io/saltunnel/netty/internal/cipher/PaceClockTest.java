package io.saltunnel.netty.internal.cipher;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
        pass(20); // its timer comes late, at the end of tick 4
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

    /** 2,000 of 20,000 in each tenth, with a deviation of 42. */
    @Test
    void aTickComesAtAnyMomentOfItsTime() {
        PaceClock clock = PaceClock.of(channel.eventLoop());
        int[] tenths = new int[10];
        AtomicInteger tenth = new AtomicInteger();
        PaceClock.Connection connection = number -> tenths[tenth.get()]++;
        clock.join(connection);
        for (int tick = 1; tick <= 20_000; tick++) {
            for (int i = 0; i < tenths.length; i++) {
                tenth.set(i);
                pass(1);
            }
            assertThat(clock.last()).isEqualTo(tick);
        }
        assertThat(Arrays.stream(tenths)).allSatisfy(count -> assertThat(count).isBetween(1_700, 2_300));
        clock.leave(connection);
    }

    private void pass(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }
}
