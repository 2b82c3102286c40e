package io.saltunnel.cli.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceVariablesTest {

    @Test
    void anEnvironmentWithoutServiceManagerNamesNone() {
        ServiceVariables none = ServiceVariables.of(Map.of("WATCHDOG_USEC", "1000"), 7);
        assertThat(none.notifySocket()).isEmpty();
        assertThat(none.watchdog()).isEmpty();
    }

    @Test
    void systemdsNamesAreRead() {
        ServiceVariables said = ServiceVariables.of(
                Map.of("NOTIFY_SOCKET", "/run/systemd/notify", "WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "7"), 7);
        assertThat(said.notifySocket()).contains("/run/systemd/notify");
        assertThat(said.watchdog()).contains(Duration.ofSeconds(30));
    }

    @Test
    void theLaunchersNamesAreRead() {
        ServiceVariables said =
                ServiceVariables.of(Map.of("SALTUNNEL_NOTIFY_SOCKET", "@here", "SALTUNNEL_WATCHDOG_USEC", "1500"), 7);
        assertThat(said.notifySocket()).contains("@here");
        assertThat(said.watchdog()).contains(Duration.ofNanos(1_500_000));
    }

    @Test
    void aWatchdogOfAnotherProcessIsNotFed() {
        assertThat(ServiceVariables.of(
                                Map.of("NOTIFY_SOCKET", "/n", "WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "8"), 7)
                        .watchdog())
                .isEmpty();
    }

    @Test
    void aTimeThatIsNoneMeansNoWatchdog() {
        for (String text : new String[] {"", "0", "-1", "soon"}) {
            assertThat(ServiceVariables.of(Map.of("NOTIFY_SOCKET", "/n", "WATCHDOG_USEC", text), 7)
                            .watchdog())
                    .as(text)
                    .isEmpty();
        }
    }
}
