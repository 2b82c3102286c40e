package io.saltunnel.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.handshake.HandshakeFailure;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.handshake.HandshakeFailedException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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
        assertThat(tally.provedWithin(Duration.ofSeconds(30))).isFalse();
        tally.proved(1);
        nanos = TimeUnit.SECONDS.toNanos(30);
        assertThat(tally.provedWithin(Duration.ofSeconds(30))).isTrue();
        nanos++;
        assertThat(tally.provedWithin(Duration.ofSeconds(30))).isFalse();
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
