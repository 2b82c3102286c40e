package io.saltunnel.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.handshake.HandshakeFailure;
import io.saltunnel.core.key.KeyLabel;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.handshake.HandshakeFailedException.Reason;
import io.saltunnel.netty.metrics.TunnelStats;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TunnelTallyTest {

    private long nanos;
    private final TunnelTally tally = new TunnelTally(() -> nanos);

    @Test
    void countsHandshakesByResult() {
        tally.proved(1);
        tally.proved(1);
        tally.handshakeFailed(new HandshakeFailedException(Reason.TIMED_OUT, null, "late", null));
        tally.handshakeFailed(new HandshakeFailedException(Reason.REFUSED, HandshakeFailure.BAD_TAG, "wrong", null));
        assertThat(tally.handshakes())
                .containsEntry("proved", 2L)
                .containsEntry("timed_out", 1L)
                .containsEntry("bad_tag", 1L)
                .containsEntry("refused", 0L)
                .containsEntry("replayed", 0L);
    }

    @Test
    void aProofCountsForItsTimeOnly() {
        LastProof proof = new LastProof(() -> nanos);
        assertThat(proof.within(Duration.ofSeconds(30))).isFalse();
        proof.proved(1);
        nanos = TimeUnit.SECONDS.toNanos(30);
        assertThat(proof.within(Duration.ofSeconds(30))).isTrue();
        nanos++;
        assertThat(proof.within(Duration.ofSeconds(30))).isFalse();
    }

    @Test
    void bytesOfATunnelThatStopsOrGetsAnotherNameStayWithTheName() {
        Supplier<TunnelStats> first = () -> carried(10);
        Supplier<TunnelStats> second = () -> carried(5 + nanos);
        TunnelTally other = new TunnelTally(() -> 0);
        tally.begin(first, List.of());
        other.begin(second, List.of());
        assertThat(tally.plainBytes()).containsEntry("sent", 10L).containsEntry("received", 20L);
        tally.end(first);
        tally.end(first);
        other.end(second);
        tally.takeOver(second);
        assertThat(tally.plainBytes()).containsEntry("sent", 10L);
        assertThat(other.plainBytes()).containsEntry("sent", 5L);
        nanos = 7;
        assertThat(tally.plainBytes()).containsEntry("sent", 17L);
        assertThat(other.plainBytes()).containsEntry("sent", 5L);
    }

    private static TunnelStats carried(long bytes) {
        return new TunnelStats(0, 0, 0, 0, 0, 0, 0, bytes, 2 * bytes);
    }

    @Test
    void keepsTheCountsOfItsKeysAndOfSomeFormerOnes() {
        KeyLabel kept = key(0);
        for (int reload = 0; reload < 1000; reload++) {
            KeyLabel former = key(reload + 1);
            tally.keysChanged(List.of(kept, former));
            tally.proved(1, kept);
            tally.proved(1, former);
        }
        tally.keysChanged(List.of(kept));
        assertThat(tally.proofs(kept)).isEqualTo(1000);
        assertThat(IntStream.rangeClosed(1, 1000)
                        .filter(i -> tally.proofs(key(i)) > 0)
                        .count())
                .isEqualTo(KeyProofs.MOST_FORMER);
    }

    private static KeyLabel key(int number) {
        return new KeyLabel("key" + number, "%08x".formatted(number));
    }

    @Test
    void aTimeIsInTheBucketWhoseBoundItIs() {
        tally.proved(TimeUnit.MILLISECONDS.toNanos(1));
        tally.proved(TimeUnit.MILLISECONDS.toNanos(1) + 1);
        tally.proved(TimeUnit.SECONDS.toNanos(100));
        long[] counts = tally.times().counts();
        assertThat(counts[0]).isEqualTo(1);
        assertThat(counts[1]).isEqualTo(1);
        assertThat(counts[counts.length - 1]).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            can't connect to a:1: connection refused                  | REFUSED
            can't connect to a:1: no connection within 1.0 s          | TIMED_OUT
            can't connect to a:1: the name does not resolve           | UNRESOLVED
            can't connect to a:1: no route to host                    | UNREACHABLE
            can't connect to a:1: network is unreachable              | UNREACHABLE
            can't connect to unix:/a: no such file or directory       | NO_SUCH_FILE
            can't connect to a:1: too many open files                 | OUT_OF_FILES
            something else                                            | OTHER
            """)
    void tellsFailedConnectsApart(String message, ConnectFailureReason reason) {
        assertThat(ConnectFailureReason.of(new IOException(message))).isEqualTo(reason);
    }

    @Test
    void aNameKeepsItsTallyWhileATunnelHoldsIt() {
        Tallies tallies = Tallies.kept(() -> 0);
        TunnelTally first = tallies.of("web").orElseThrow();
        assertThat(tallies.of("web")).containsSame(first);
        assertThat(tallies.of("other")).isPresent().isNotEqualTo(tallies.of("web"));
        assertThat(Tallies.none().of("web")).isEmpty();
    }
}
