package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DoctorCommandTest {

    @Test
    void saysALineForEachCheck() {
        CommandRun run = CommandRun.of("doctor");
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines())
                .hasSizeGreaterThanOrEqualTo(5)
                .allMatch(line -> line.matches("ok      [^:]+: .+"))
                .anyMatch(line -> line.startsWith("ok      X25519: "));
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void isSilentOfWhatIsWellWhenOnlyErrorsAreToBeSaid() {
        CommandRun run = CommandRun.of("doctor", "-q");
        assertThat(run.out() + run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }
}
