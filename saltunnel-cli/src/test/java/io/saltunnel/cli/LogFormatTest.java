package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogFormatTest {

    @Test
    void theJournalsFormatIsForTheStreamThatTheJournalReads() {
        assertThat(LogFormat.fitting(Optional.of("9:120"), Optional.of("9:120")))
                .isEqualTo(LogFormat.JOURNAL);
        assertThat(LogFormat.fitting(Optional.of("9:120"), Optional.of("9:121")))
                .as("standard error was redirected")
                .isEqualTo(LogFormat.TEXT);
        assertThat(LogFormat.fitting(Optional.of("9:120"), Optional.empty())).isEqualTo(LogFormat.TEXT);
        assertThat(LogFormat.fitting(Optional.empty(), Optional.empty())).isEqualTo(LogFormat.TEXT);
    }

    @Test
    void saysWhichFormatsThereAre() {
        assertThat(CommandRun.of("client", "-k", "k", "--log-format", "jsn", ":1", "b:2")
                        .firstErrorLine())
                .isEqualTo(
                        "saltunnel: invalid value for option '--log-format': 'jsn' is no format of a log: did you mean"
                                + " 'json'?");
    }
}
