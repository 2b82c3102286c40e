package io.saltunnel.core.handshake;

import static io.saltunnel.core.handshake.HandshakeFailure.REPLAYED;
import static io.saltunnel.core.handshake.HandshakeFailure.STALE;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The replay window of a server whose clock is set after the start. */
class ClockSetBackTest {

    private static final long NOW = 1_700_000_000;

    private Instant clock = Instant.ofEpochSecond(NOW).plusMillis(700);
    private long nanos = Long.MAX_VALUE - 5; // such a clock may start at any value

    private final ReplayWindow window = startingNow(100);

    @ParameterizedTest
    @ValueSource(longs = {1, 50, 1800, 30_000})
    void aClockThatWasAheadAtTheStartLocksNobodyOutOnceItIsSetRight(long aheadSeconds) {
        pass(Duration.ofSeconds(10));
        long right = now() - aheadSeconds;
        assertThat(admit(right - 10, 1)).as("from before the start").hasValue(STALE);
        set(-aheadSeconds);
        assertThat(now()).isEqualTo(right);
        assertThat(admit(right, 2)).isEmpty();
        assertThat(admit(right - 10, 3)).as("of the second of the start").isEmpty();
        assertThat(admit(right - 11, 4)).as("from before the start").hasValue(STALE);
        assertThat(window.floor()).isEqualTo(NOW - aheadSeconds);
    }

    @Test
    void whatWasAdmittedBeforeTheClockWasSetBackIsNotAdmittedAgain() {
        assertThat(admit(now(), 1)).isEmpty();
        set(-50);
        assertThat(admit(NOW, 1)).hasValue(REPLAYED);
        assertThat(admit(now(), 1)).isEmpty();
        set(+50);
        assertThat(admit(NOW - 50, 1)).hasValue(STALE);
        set(-50);
        assertThat(admit(NOW - 50, 1)).hasValue(REPLAYED);
    }

    @Test
    void whatWasForgottenStaysShutHoweverFarTheClockIsSetBack() {
        ReplayWindow small = startingNow(1);
        assertThat(ReplayWindowTest.admit(small, NOW, NOW, 1)).isEmpty();
        assertThat(ReplayWindowTest.admit(small, NOW, NOW + 5, 2)).isEmpty();
        set(-50);
        assertThat(small.floor()).isEqualTo(NOW + 1);
        assertThat(ReplayWindowTest.admit(small, now(), NOW, 1)).hasValue(STALE);
        assertThat(ReplayWindowTest.admit(small, now(), NOW - 50, 3)).hasValue(STALE);
    }

    @Test
    void aClockThatIsSetForwardShutsOutNoneThatItLetInBefore() {
        set(+50); // or the machine slept, and its monotonic clock with it
        assertThat(window.floor()).isEqualTo(NOW);
        assertThat(admit(NOW, 1)).isEmpty();
    }

    @Test
    void aPauseBetweenReadingTheTwoClocksOpensNothing() {
        ReplayWindow paused = ReplayWindow.startingNow(() -> read(clock), () -> read(nanos), 4);
        for (int i = 0; i < 10; i++) {
            assertThat(paused.floor()).isEqualTo(NOW);
        }
    }

    /** A minute passes after every reading. */
    private <T> T read(T value) {
        pass(Duration.ofMinutes(1));
        return value;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void admitsNothingTwiceHoweverOftenTheClockIsSet(int seed) {
        Random random = new Random(seed);
        ReplayWindow some = startingNow(1 + random.nextInt(40));
        Set<String> admitted = new HashSet<>();
        for (int i = 0; i < 5000; i++) {
            pass(Duration.ofMillis(random.nextInt(2000)));
            if (random.nextInt(20) == 0) {
                set(random.nextInt(401) - 200);
            }
            long second = now() + random.nextInt(21) - 10;
            long nonce = random.nextInt(5);
            if (ReplayWindowTest.admit(some, now(), second, nonce).isEmpty()) {
                assertThat(admitted.add(second + " " + nonce))
                        .as("for the first time")
                        .isTrue();
            }
        }
        assertThat(admitted).hasSizeGreaterThan(100);
    }

    private ReplayWindow startingNow(int capacity) {
        return ReplayWindow.startingNow(() -> clock, () -> nanos, capacity);
    }

    private Optional<HandshakeFailure> admit(long second, long nonce) {
        return ReplayWindowTest.admit(window, now(), second, nonce);
    }

    private long now() {
        return clock.getEpochSecond();
    }

    private void pass(Duration time) {
        clock = clock.plus(time);
        nanos += time.toNanos();
    }

    private void set(long seconds) {
        clock = clock.plusSeconds(seconds);
    }
}
