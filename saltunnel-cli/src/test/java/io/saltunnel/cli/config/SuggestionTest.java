package io.saltunnel.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {

    private static final List<String> KNOWN = List.of("bandwidth", "key", "keepalive", "listen", "to", "timeout");

    @ParameterizedTest
    @CsvSource({
        "bandwith, bandwidth",
        "bandwidht, bandwidth",
        "bandwwidth, bandwidth",
        "LISTEN, listen",
        "time-out, timeout",
        "kye, key",
        "ot, to",
    })
    void findsWhatASlipMeant(String typed, String meant) {
        assertThat(Suggestion.nearest(typed, KNOWN)).hasValue(meant);
    }

    @ParameterizedTest
    @CsvSource({"port", "k", "frobnicate", "''", "band"})
    void suggestsNothingForAnotherWord(String typed) {
        assertThat(Suggestion.nearest(typed, KNOWN)).isEmpty();
        assertThat(Suggestion.among(typed, List.of("a-name", "b-name"))).isEqualTo(": choose among a-name, b-name");
    }
}
