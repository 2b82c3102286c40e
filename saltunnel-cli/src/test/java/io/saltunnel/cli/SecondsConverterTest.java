package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SecondsConverterTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1000", "0.25, 250", ".5, 500", "3., 3000", "0.0001, 1", "007, 7000", "1000000, 1000000000"})
    void readsSecondsAndFractions(String text, long milliseconds) {
        assertThat(new SecondsConverter().convert(text)).isEqualTo(Duration.ofMillis(milliseconds));
    }

    @ParameterizedTest
    @CsvSource({"500ms, 500", "0.5ms, 1", "30s, 30000", "1.5s, 1500", "5m, 300000", "1h, 3600000", ".5m, 30000", "0s, 0"
    })
    void readsUnits(String text, long milliseconds) {
        assertThat(new SecondsConverter().convert(text)).isEqualTo(Duration.ofMillis(milliseconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "-",
                "1e3",
                "1,5",
                "0x10",
                "NaN",
                "Infinity",
                "1 ",
                "1 s",
                "1S",
                "1d",
                "s",
                "5M",
                "278h",
                "-1s",
                "-1",
                "1000000.001",
                "٣"
            })
    void refusesAnythingElse(String text) {
        assertThatExceptionOfType(TypeConversionException.class).isThrownBy(() -> new SecondsConverter().convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.0", ".0", "-0"})
    void refusesZeroWhereItMakesNoSense(String text) {
        assertThatExceptionOfType(TypeConversionException.class)
                .isThrownBy(() -> new SecondsConverter.Positive().convert(text))
                .withMessage("'" + text + "' is not more than 0 seconds");
    }
}
