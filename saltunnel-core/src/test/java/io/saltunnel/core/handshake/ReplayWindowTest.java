package io.saltunnel.core.handshake;

import static io.saltunnel.core.handshake.HandshakeFailure.FROM_FUTURE;
import static io.saltunnel.core.handshake.HandshakeFailure.IMPLAUSIBLE_TIME;
import static io.saltunnel.core.handshake.HandshakeFailure.REPLAYED;
import static io.saltunnel.core.handshake.HandshakeFailure.STALE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.SecretMemory;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {

    private static final long NOW = 1_700_000_000;

    private final ReplayWindow window = new ReplayWindow(NOW - 10_000, 4);

    @Test
    void admitsEachNonceOnce() {
        assertThat(admit(NOW, NOW, 1)).isEmpty();
        assertThat(admit(NOW, NOW, 2)).isEmpty();
        assertThat(admit(NOW, NOW, 1)).hasValue(REPLAYED);
        assertThat(admit(NOW + 3600, NOW, 2)).hasValue(REPLAYED);
        assertThat(window.size()).isEqualTo(2);
        assertThat(window.capacity()).isEqualTo(4);
        assertThat(window).hasToString("ReplayWindow[2 of 4 nonces, from 1699990000 s on]");
    }

    /** A new server, even one made for each connection, must know the hellos that earlier ones admitted. */
    @Test
    void isOneForAllThatServeAKeyInThisProcess() {
        try (LongTermKey key = LongTermKey.random();
                LongTermKey sameBytes = LongTermKey.of(key.bytes().buffer(), key.memory());
                LongTermKey another = LongTermKey.random()) {
            ReplayWindow first = ReplayWindow.of(key, () -> new ReplayWindow(NOW, 4));
            assertThat(first.floor()).isEqualTo(NOW);
            assertThat(admit(first, NOW, NOW, 1)).isEmpty();
            ReplayWindow later = ReplayWindow.of(key, () -> new ReplayWindow(NOW + 60, 4));
            assertThat(later).isSameAs(first);
            assertThat(admit(later, NOW + 60, NOW, 1)).hasValue(REPLAYED);
            assertThat(ReplayWindow.of(sameBytes, () -> new ReplayWindow(NOW, 4)))
                    .isSameAs(first);
            assertThat(ReplayWindow.of(another, () -> new ReplayWindow(NOW, 4))).isNotSameAs(first);
            assertThat(first.floor()).isEqualTo(NOW); // the clocks of later servers aren't used
        }
    }

    @Test
    void everyByteOfTheNonceCounts() throws Exception {
        ReplayWindow large = new ReplayWindow(0, 100);
        for (int i = 0; i < 24; i++) {
            ByteBuffer nonce = ByteBuffer.allocate(30).put(3 + i, (byte) 1);
            large.admit(NOW, NOW, nonce, 3);
            assertThatExceptionOfType(HandshakeException.class).isThrownBy(() -> large.admit(NOW, NOW, nonce, 3));
        }
        assertThat(large.size()).isEqualTo(24);
    }

    @Test
    void theNonceOfZerosIsANonce() {
        assertThat(admit(NOW, NOW, 0)).isEmpty();
        assertThat(admit(NOW, NOW, 0)).hasValue(REPLAYED);
        assertThat(admit(NOW, NOW + 1, 0)).isEmpty();
        assertThat(window.size()).isEqualTo(2);
    }

    @Test
    void knowsNoncesOfOneSecondInAnyNumber() {
        ReplayWindow large = new ReplayWindow(0, 5000);
        for (int i = 0; i < 5000; i++) {
            assertThat(admit(large, NOW, NOW, i)).isEmpty();
        }
        for (int i = 0; i < 5000; i++) {
            assertThat(admit(large, NOW, NOW, i)).hasValue(REPLAYED);
        }
    }

    @Test
    void timeIsJudgedBeforeMemory() {
        assertThat(admit(NOW, NOW, 1)).isEmpty();
        assertThat(admit(NOW + 3601, NOW, 1)).hasValue(STALE);
        assertThat(admit(NOW - 3601, NOW, 1)).hasValue(FROM_FUTURE);
    }

    @Test
    void aClockBeforeTheEpochCountsAsTheEpoch() {
        ReplayWindow early = new ReplayWindow(0, 4);
        assertThat(admit(early, -1000, 3600, 1)).isEmpty();
        assertThat(admit(early, Long.MIN_VALUE / 2, 3601, 1)).hasValue(FROM_FUTURE);
    }

    @Test
    void forgetsASecondOnceTheClockRefusesIt() {
        admit(NOW, NOW, 1);
        admit(NOW, NOW + 1, 2);
        assertThat(admit(NOW + 3600, NOW + 3600, 3)).isEmpty();
        assertThat(window.size()).isEqualTo(3);
        assertThat(admit(NOW + 3601, NOW + 3601, 4)).isEmpty();
        assertThat(window.size()).isEqualTo(3);
        assertThat(window.floor()).isEqualTo(NOW + 1);
    }

    @Test
    void aClockSetBackReopensNothing() {
        admit(NOW, NOW, 1);
        admit(NOW + 3601, NOW + 3601, 2);
        assertThat(admit(NOW, NOW, 1)).hasValue(STALE);
        assertThat(admit(NOW, NOW, 3)).as("nor any other of that second").hasValue(STALE);
        assertThat(admit(NOW, NOW + 1, 1)).isEmpty();
    }

    @Test
    void aClockThatRanAheadForAWhileShutsNobodyOutForLong() {
        admit(NOW, NOW, 1);
        long year = 365 * 86_400L;
        assertThat(admit(NOW + year, NOW, 2)).hasValue(IMPLAUSIBLE_TIME);
        assertThat(admit(NOW + year, NOW + year, 3)).isEmpty();
        assertThat(admit(NOW + 1, NOW + 1, 4)).isEmpty();
        assertThat(admit(NOW + 1, NOW, 1)).hasValue(STALE);
    }

    @Test
    void forgetsTheOldestSecondWhenItIsFull() {
        admit(NOW, NOW - 2, 1);
        admit(NOW, NOW - 2, 2);
        admit(NOW, NOW, 3);
        admit(NOW, NOW + 2, 4);
        assertThat(admit(NOW, NOW, 3)).as("a replay needs no room").hasValue(REPLAYED);
        assertThat(window.floor()).isEqualTo(NOW - 10_000);
        assertThat(admit(NOW, NOW + 1, 5)).isEmpty();
        assertThat(window.floor()).isEqualTo(NOW - 1);
        assertThat(window.size()).isEqualTo(3);
        assertThat(admit(NOW, NOW - 2, 1)).hasValue(STALE);
        assertThat(admit(NOW, NOW - 1, 6)).isEmpty();
        assertThat(admit(NOW, NOW, 3)).hasValue(REPLAYED);
    }

    @Test
    void anOlderHelloCostsTheYoungerSecondsNothing() {
        for (int i = 0; i < 4; i++) {
            admit(NOW, NOW, i);
        }
        assertThat(admit(NOW, NOW - 1, 5)).hasValue(STALE);
        assertThat(window.floor()).isEqualTo(NOW);
        assertThat(window.size()).isEqualTo(4);
    }

    @Test
    void aSecondThatOverflowsByItselfIsShut() {
        for (int i = 0; i < 4; i++) {
            admit(NOW, NOW, i);
        }
        assertThat(admit(NOW, NOW, 5)).hasValue(STALE);
        assertThat(window.floor()).isEqualTo(NOW + 1);
        assertThat(window.size()).isZero();
        assertThat(admit(NOW, NOW, 1)).hasValue(STALE);
        assertThat(admit(NOW, NOW + 1, 1)).isEmpty();
    }

    @Test
    void saysHowFarBackItCanTell() {
        ReplayWindow fresh = new ReplayWindow(NOW - 5, 4);
        assertThatExceptionOfType(HandshakeException.class)
                .isThrownBy(() -> fresh.admit(NOW, NOW - 20, ByteBuffer.allocate(24), 0))
                .withMessage("clienthi refused: its time is 20 s behind this machine's, and this server, which has"
                        + " restarted or filled its memory for replays, goes back only to 5 s behind it")
                .satisfies(e -> assertThat(e.clockDifferenceSeconds()).isEqualTo(OptionalLong.of(-20)));
    }

    @Test
    void afterARestartNothingIsAcceptedFromBeforeItsSecond() {
        for (long milliseconds : new long[] {0, 1, 500, 999}) {
            ReplayWindow former = new ReplayWindow(0, 4);
            assertThat(admit(former, NOW - 1, NOW - 1, 1)).isEmpty();
            ReplayWindow latter = startingAt(Instant.ofEpochSecond(NOW).plusMillis(milliseconds));
            assertThat(admit(latter, NOW + 1, NOW - 1, 1)).hasValue(STALE);
            assertThat(latter.floor()).isEqualTo(NOW);
            assertThat(latter.capacity()).isEqualTo(4);
        }
    }

    @Test
    void afterARestartAHelloOfItsSecondIsAcceptedAtOnce() {
        for (long milliseconds : new long[] {0, 1, 500, 999}) {
            ReplayWindow latter = startingAt(Instant.ofEpochSecond(NOW).plusMillis(milliseconds));
            assertThat(admit(latter, NOW, NOW, 1)).isEmpty();
            assertThat(admit(latter, NOW, NOW, 1)).hasValue(REPLAYED);
        }
    }

    private static ReplayWindow startingAt(Instant start) {
        return ReplayWindow.startingNow(InstantSource.fixed(start), () -> 0, 4);
    }

    @Test
    void itsStorageIsBoundedAsSaid() {
        int capacity = 10_000;
        ReplayWindow large = new ReplayWindow(0, capacity);
        for (int i = 0; i < 3 * capacity; i++) {
            admit(large, NOW, NOW + i / 5000, i);
            assertThat(large.slotBytes()).isLessThanOrEqualTo(64L * large.size() + 96);
        }
        assertThat(large.size()).isEqualTo(capacity);
        assertThat(large.slotBytes()).isGreaterThan(32L * large.size());
    }

    @Test
    void refusesACapacityOutOfBounds() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReplayWindow(0, 0))
                .withMessage("capacity 0");
        assertThatIllegalArgumentException().isThrownBy(() -> new ReplayWindow(0, ReplayWindow.MAX_CAPACITY + 1));
        assertThat(new ReplayWindow(0, ReplayWindow.MAX_CAPACITY).capacity()).isEqualTo(1 << 27);
    }

    @Test
    void aNonceThatLeavesItsBufferIsTheCallersMistake() {
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> window.admit(NOW, NOW, ByteBuffer.allocate(24), 1));
        assertThat(window.size()).isZero();
    }

    private Optional<HandshakeFailure> admit(long now, long second, long nonce) {
        return admit(window, now, second, nonce);
    }

    static Optional<HandshakeFailure> admit(ReplayWindow window, long now, long second, long nonce) {
        try {
            window.admit(now, second, ByteBuffer.allocate(24).putLong(16, nonce), 0);
            return Optional.empty();
        } catch (HandshakeException e) {
            return Optional.of(e.failure());
        }
    }

    @Test
    void outlivesItsKeyForOneThatIsGivenBack() {
        byte[] bytes = new byte[LongTermKey.BYTES];
        new Random(11).nextBytes(bytes);
        try (SecretMemory memory = SecretMemory.create()) {
            WeakReference<LongTermKey> gone = admitUnderAKeyThatIsTakenAway(bytes, memory);
            while (gone.get() != null) {
                System.gc();
            }
            try (LongTermKey back = LongTermKey.of(ByteBuffer.wrap(bytes), memory)) {
                ReplayWindow again = ReplayWindow.of(back, () -> new ReplayWindow(NOW, 4));
                assertThat(admit(again, NOW, NOW, 1)).hasValue(REPLAYED);
            }
        }
    }

    private static WeakReference<LongTermKey> admitUnderAKeyThatIsTakenAway(byte[] bytes, SecretMemory memory) {
        try (LongTermKey key = LongTermKey.of(ByteBuffer.wrap(bytes), memory)) {
            assertThat(admit(ReplayWindow.of(key, () -> new ReplayWindow(NOW, 4)), NOW, NOW, 1))
                    .isEmpty();
            return new WeakReference<>(key);
        }
    }

    @Test
    void takesAnotherLimit() {
        ReplayWindow limited = new ReplayWindow(NOW - 100, 2);
        limited.limit(4);
        for (int i = 0; i < 4; i++) {
            assertThat(admit(limited, NOW, NOW - 10 + i, i)).isEmpty();
        }
        assertThat(limited.size()).isEqualTo(4);
        assertThat(limited.floor()).isEqualTo(NOW - 100);
        limited.limit(1);
        assertThat(limited.size()).isEqualTo(1);
        assertThat(limited.floor()).isEqualTo(NOW - 10 + 3);
        assertThat(limited.capacity()).isEqualTo(1);
    }
}
