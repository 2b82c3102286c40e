package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of the names of a library's settings in log lines. */
class OptionNamesTest {

    @ParameterizedTest
    @CsvSource({
        "wait (raise maxConnections), wait (raise -m)",
        "'its allowFrom, if any', 'its --allow-from, if any'",
        "maxConnections of allowFrom, -m of --allow-from",
        "maxConnectionsEver, maxConnectionsEver",
        "nothing of the kind, nothing of the kind"
    })
    void areThoseOfTheOptions(String message, String line) {
        assertThat(OptionNames.of(message)).isEqualTo(line);
    }
}
