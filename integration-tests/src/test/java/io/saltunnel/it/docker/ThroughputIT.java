package io.saltunnel.it.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * iperf3 at full speed. Rates are recorded but not judged, because the load of the machine is unknown.
 *
 * <p>With {@code --bidir}, iperf3 distinguishes the connections of the two directions by their order of arrival. If
 * they arrived in the other order, both ends would wait to receive.
 */
@DockerSuite
class ThroughputIT {

    /** Goal: a stream at full speed runs until its end, from application to target and back. */
    @ParameterizedTest
    @CsvSource({
        "there,''",
        "back,-R",
        "both ways at once,--bidir",
        "ten in parallel,-P 10",
        "ten in parallel back,-P 10 -R"
    })
    void iperfRunsToItsEnd(String name, String options, Testbed bed) {
        bed.tunnelTo("target:5201");

        String rates = bed.application()
                .run("iperf3 -c client -p 7000 -t 3 -f m " + options + " | grep -E 'receiver' | tail -n 2")
                .text();

        assertThat(rates).contains("receiver").doesNotContain(" 0.00 Mbits/sec");
        rates.lines().forEach(line -> Report.note("            iperf3 " + name + ": " + line));
    }
}
