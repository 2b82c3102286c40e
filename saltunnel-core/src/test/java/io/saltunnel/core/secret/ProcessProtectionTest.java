package io.saltunnel.core.secret;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessProtectionTest {

    @ParameterizedTest
    @CsvSource({
        "0000000000004000, true",
        "000001ffffffffff, true",
        "8000000000004000, true",
        "ffffffffffffffff, true",
        "0000000000000000, false",
        "ffffffffffffbfff, false",
        "'', false",
        "xyz, false",
        "00000000000040001, false",
    })
    void readsTheEffectiveCapabilities(String capabilities, boolean mayLock) {
        String status =
                "Name:\tjava\nCapPrm:\tffffffffffffffff\nCapEff:\t" + capabilities + "\nCapBnd:\tffffffffffffffff\n";
        assertThat(ProcessProtection.hasCapability(status, 14)).isEqualTo(mayLock);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void protectsAProcessThatGoesOnWorking() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ProtectedProcess.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output)
                .contains("notDumpable=Result[done=true", "noCoreFile=Result[done=true", "a new thread ran")
                .containsPattern("Max core file size +0 +0 ");
    }

    @Test
    void findsNoCapabilityWhereNoneIsListed() {
        assertThat(ProcessProtection.hasCapability("", 14)).isFalse();
    }
}
