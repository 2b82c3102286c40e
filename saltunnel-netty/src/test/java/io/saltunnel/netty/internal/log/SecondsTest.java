package io.saltunnel.netty.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecondsTest {
    @ParameterizedTest
    @CsvSource({"PT0S, 0 s", "PT11H6M40S, 40000 s", "PT2.5S, 2.5 s", "PT0.000999999S, 0.000999999 s", "PT-1.5S, -1.5 s"
    })
    void aTimeIsANumberOfSeconds(Duration time, String text) {
        assertThat(Seconds.of(time)).isEqualTo(text);
    }
}
