package io.saltunnel.it.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * iperf3, as fast as it goes. Rates are noted, not judged: what a machine of unknown load gives proves nothing.
 *
 * <p>Without {@code --bidir}: there iperf3 tells the two directions' connections apart by the order in which they
 * arrive, and no tunnel promises to keep that between connections. Where they cross, both ends wait to receive.
 * {@code TransferIT} sends both ways at once.
 */
@DockerSuite
class ThroughputIT {

    /** Goal: a stream at full speed runs to its end, from application to target and back. */
    @ParameterizedTest
    @CsvSource({"there,''", "back,-R", "ten in parallel,-P 10", "ten in parallel back,-P 10 -R"})
    void iperfRunsToItsEnd(String name, String options, Testbed bed) {
        bed.tunnelTo("target:5201");

        String rates = bed.application()
                .run("iperf3 -c client -p 7000 -t 3 -f m " + options + " | grep -E 'receiver' | tail -n 2")
                .text();

        assertThat(rates).contains("receiver").doesNotContain(" 0.00 Mbits/sec");
        rates.lines().forEach(line -> Report.note("            iperf3 " + name + ": " + line));
    }
}
