package io.saltunnel.netty.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** How often a repeated warning is logged. */
class RateLimitedWarningTest {
    private final Logger log = (Logger) LoggerFactory.getLogger(RateLimitedWarningTest.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final List<Runnable> timers = new ArrayList<>();
    private long nanos;
    private final RateLimitedWarning warning = limited(Duration.ofSeconds(1));

    @BeforeEach
    void listen() {
        log.setLevel(Level.INFO);
        log.addAppender(lines);
        lines.start();
    }

    @AfterEach
    void stopListening() {
        log.detachAppender(lines);
    }

    @Test
    void aSecondsLinesAreOneAndTheNextTellsTheirNumber() {
        for (int i = 0; i < 500; i++) {
            warning.warn(log, "{}: refused", i);
        }
        nanos += TimeUnit.SECONDS.toNanos(1);
        warning.warn(log, "{}: refused", 500);
        nanos += TimeUnit.SECONDS.toNanos(1);
        warning.warn(log, "{}: refused", 501);
        assertThat(said())
                .containsExactly(
                        "WARN 0: refused",
                        "WARN 500: refused (and 499 more like this since the last one told)",
                        "WARN 501: refused");
    }

    @Test
    void anHoursLinesAreOneToo() {
        RateLimitedWarning hourly = limited(Duration.ofHours(1));
        for (int minute = 0; minute < 61; minute++) {
            hourly.warn(log, "minute {}", minute);
            nanos += TimeUnit.MINUTES.toNanos(1);
        }
        assertThat(said())
                .containsExactly("WARN minute 0", "WARN minute 60 (and 59 more like this since the last one told)");
    }

    @Test
    void errorsAreLimitedToo() {
        warning.error(log, "a stage failed", new IllegalStateException("its own"));
        warning.error(log, "a stage failed", new IllegalStateException("its own"));
        assertThat(said()).containsExactly("ERROR a stage failed");
        assertThat(lines.list.get(0).getThrowableProxy().getMessage()).isEqualTo("its own");
    }

    @Test
    void logsEveryLineIfDebugLinesAreLogged() {
        log.setLevel(Level.DEBUG);
        warning.warn(log, "{}: refused", 0);
        warning.warn(log, "{}: refused", 1);
        nanos += TimeUnit.SECONDS.toNanos(1);
        warning.warn(log, "{}: refused", 2);
        assertThat(said()).containsExactly("WARN 0: refused", "DEBUG 1: refused", "WARN 2: refused");
    }

    @Test
    void theLastOfABurstIsToldWithTheNumberOfTheOthers() {
        for (int i = 0; i < 500; i++) {
            warning.warn(log, "{}: refused", i);
        }
        nanos += TimeUnit.SECONDS.toNanos(1);
        assertThat(timers).hasSize(1);
        timers.remove(0).run();
        assertThat(said())
                .containsExactly(
                        "WARN 0: refused", "WARN 499: refused (and 498 more like this since the last one told)");
        warning.warn(log, "{}: refused", 500);
        nanos += TimeUnit.SECONDS.toNanos(1);
        timers.remove(0).run();
        assertThat(said()).hasSize(3).last().isEqualTo("WARN 500: refused");
    }

    @Test
    void nothingIsToldTwice() {
        warning.warn(log, "{}: refused", 0);
        warning.warn(log, "{}: refused", 1);
        nanos += TimeUnit.SECONDS.toNanos(1);
        warning.warn(log, "{}: refused", 2);
        assertThat(timers).as("nothing is left to tell").isEmpty();
        assertThat(said())
                .containsExactly("WARN 0: refused", "WARN 2: refused (and 1 more like this since the last one told)");
    }

    @Test
    void theEndOfATunnelTellsWhatWasLeftOutAndLeavesNoTimer() {
        RateLimitedWarning hourly = limited(Duration.ofHours(1));
        for (int i = 0; i < 5; i++) {
            hourly.warn(log, "{}: speaks version 1", i);
        }
        assertThat(timers).hasSize(1);
        hourly.flush();
        hourly.flush();
        assertThat(timers).isEmpty();
        assertThat(said())
                .containsExactly(
                        "WARN 0: speaks version 1",
                        "WARN 4: speaks version 1 (and 3 more like this since the last one told)");
    }

    @Test
    void aTimerThatWasCalledOffTooLateTellsNothing() {
        warning.warn(log, "{}: refused", 0);
        warning.warn(log, "{}: refused", 1);
        Runnable running = timers.get(0);
        warning.flush();
        nanos += TimeUnit.SECONDS.toNanos(1);
        running.run();
        assertThat(said()).containsExactly("WARN 0: refused", "WARN 1: refused");
    }

    private RateLimitedWarning limited(Duration interval) {
        return new RateLimitedWarning(interval, () -> nanos, (delay, task) -> {
            timers.add(task);
            return () -> timers.remove(task);
        });
    }

    private List<String> said() {
        return lines.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }
}
