package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class RateConverterTest {

    @ParameterizedTest
    @CsvSource({
        "1,1",
        "500,500",
        "500k,500000",
        "1.5M,1500000",
        "2g,2000000000",
        "0.001k,1",
        "999999999999999G,1000000000000000"
    })
    void readsBytesASecond(String text, long bytes) {
        assertThat(new RateConverter().convert(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "-1", "1kk", "1 k", "1T", "1e3", ".5k", "0", "0.5", "0k"})
    void refusesAnythingElse(String text) {
        assertThatExceptionOfType(TypeConversionException.class)
                .isThrownBy(() -> new RateConverter().convert(text))
                .withMessageContaining("'" + text + "'");
    }
}
