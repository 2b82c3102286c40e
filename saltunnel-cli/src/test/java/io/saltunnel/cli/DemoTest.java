package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoTest {

    /** A screen has 24 lines, and the shell's prompt takes one. */
    private static final int SCREEN_LINES = 23;

    private static final int SCREEN_COLUMNS = 80;

    @Test
    void showsWhatWasSentBesideWhatTheWireCarriedAndTheRateOnOneScreen() {
        CommandRun run = CommandRun.of("demo", "-q");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("|Meet me at the l|")
                .contains("3072 bytes in 6 frames")
                .containsPattern("\\d+ MB came back unchanged in [0-9.]+ s: \\d+ MB/s each way")
                .doesNotContain("\r");
        assertThat(run.out().lines()).hasSizeLessThanOrEqualTo(SCREEN_LINES).allMatch(DemoTest::fits);
        assertThat(run.out().lines().skip(run.out().lines().count() - 3).map(String::strip))
                .containsExactly(
                        "saltunnel key generate tunnel.key",
                        "saltunnel server -k tunnel.key 0.0.0.0:8080 127.0.0.1:80",
                        "saltunnel client -k tunnel.key 127.0.0.1:8000 server.example:8080");
    }

    @Test
    void showsTheRateWhileItMeasuresOnATerminal() {
        CommandRun run = CommandRun.typed("", "demo", "-q");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).containsPattern("\r\033\\[K\\d+ MB there and back so far: \\d+ MB/s each way\r\033\\[K");
        assertThat(run.out().lines()).allMatch(DemoTest::fits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"./saltunnel", "saltunnel", "bin/salt"})
    void theNextCommandsBeginWithWhatTheUserTyped(String name) {
        assertThat(DemoCommand.programName(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/path/that/is/too/long", "", "salt\033[2J", "salt tunnel"})
    void aLongNameAndOneWithOtherCharactersAreNotShown(String name) {
        assertThat(DemoCommand.programName(name)).isEqualTo("saltunnel");
    }

    /** Whether what a line shows at any time fits. */
    private static boolean fits(String line) {
        for (String shown : line.split("\r(\033\\[K)?", -1)) {
            if (shown.length() > SCREEN_COLUMNS) {
                return false;
            }
        }
        return true;
    }
}
