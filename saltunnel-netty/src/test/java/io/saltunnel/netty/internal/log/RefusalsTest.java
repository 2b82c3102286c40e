package io.saltunnel.netty.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Goal: an operator sees that connections are refused, and why, however many strangers come. */
class RefusalsTest {
    private final Logger log = (Logger) LoggerFactory.getLogger(RefusalsTest.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Refusals refusals = new Refusals();

    @BeforeEach
    void listen() {
        channel.freezeTime();
        log.setLevel(Level.INFO);
        log.addAppender(lines);
        lines.start();
    }

    @AfterEach
    void stopListening() {
        log.detachAppender(lines);
        channel.finishAndReleaseAll();
    }

    @Test
    void theFirstIsTheCallersToTellAndTheOthersAreCountedForAMinute() {
        assertThat(refuse("another key", 1)).isTrue();
        for (int i = 0; i < 12; i++) {
            assertThat(refuse("another key", 10 + i)).isFalse();
        }
        assertThat(said()).isEmpty();
        passAMinute();
        assertThat(said()).containsExactly("12 refused in the last minute: another key, last from 192.0.2.1:21");
    }

    @Test
    void severalReasonsHaveTheirNumbers() {
        refuse("another key", 1);
        refuse("another key", 2);
        refuse("a replay", 3);
        refuse("another key", 4);
        passAMinute();
        assertThat(said())
                .containsExactly(
                        "3 refused in the last minute: 1 with a replay, 2 with another key, last from 192.0.2.1:4");
    }

    @Test
    void eachMinuteHasItsOwnNumbersUntilOneIsQuiet() {
        refuse("another key", 1);
        refuse("another key", 2);
        passAMinute();
        refuse("another name", 3);
        passAMinute();
        passAMinute();
        passAMinute();
        assertThat(said())
                .containsExactly(
                        "1 refused in the last minute: another key, last from 192.0.2.1:2",
                        "1 refused in the last minute: another name, last from 192.0.2.1:3");
        assertThat(refuse("another key", 5)).as("told at once again").isTrue();
    }

    @Test
    void theEndOfATunnelTellsWhatWasCounted() {
        refuse("another key", 1);
        refusals.flush(log);
        assertThat(said()).isEmpty();
        refuse("another key", 2);
        refusals.flush(log);
        refusals.flush(log);
        assertThat(said()).containsExactly("1 refused in the last minute: another key, last from 192.0.2.1:2");
    }

    private boolean refuse(String reason, int port) {
        return refusals.add(reason, () -> "192.0.2.1:" + port, log, channel.eventLoop());
    }

    private void passAMinute() {
        channel.advanceTimeBy(Refusals.PERIOD.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
    }

    private List<String> said() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
