package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DemoTest {

    @Test
    void showsWhatWasSentBesideWhatTheWireCarriedAndTheRate() {
        CommandRun run = CommandRun.of("demo", "-q");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("|Meet me at the o|")
                .contains("3072 bytes in 6 frames")
                .containsPattern(
                        "\\d+ MB went there and back in [0-9.]+ s, and came back as they were: \\d+ MB/s each way");
    }
}
