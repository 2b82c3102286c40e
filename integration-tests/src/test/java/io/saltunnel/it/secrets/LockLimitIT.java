package io.saltunnel.it.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: if little memory may be locked, the program says what to do about it, and the user decides whether that is good
 * enough.
 */
@EnabledOnOs(OS.LINUX)
@Tag("jdk-independent")
class LockLimitIT {

    private static final int LITTLE = 64 << 10;

    @ParameterizedTest
    @EnumSource
    void warnsAndWorks(Role role) throws Exception {
        try (Subject subject = Subject.startLimited(LITTLE, role);
                TunnelConnection connection = subject.connect()) {
            connection.peer().send(new byte[] {7});
            assertThat(connection.plain().getInputStream().read()).isEqualTo(7);
            String warning = subject.process().awaitLine(line -> line.contains("warning"));
            assertThat(warning)
                    .containsPattern("saltunnel: warning: \\d+ bytes of keys and plaintext are not locked")
                    .containsPattern("\\d+ bytes are wanted, 65536 are allowed")
                    .contains(
                            "`ulimit -l ", "(shell)", "`LimitMEMLOCK=", "(systemd)", "`--ulimit memlock=", "(docker)");
            assertThat(subject.process().statusBytes("VmLck")).isPositive().isLessThanOrEqualTo(LITTLE);
            // Keys come first: they get the little memory that may be locked.
            MemoryScan scan = subject.scan(new Needles().add(Subject.LONG_TERM_KEY, subject.key()));
            assertThat(scan.finds()).as("%s", scan).hasSize(1);
            assertThat(scan.exposed()).as("%s", scan).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesToRunWhereLocksAreRequired(Role role) throws Exception {
        Path keyFile = Files.createTempFile("saltunnel-it-", ".key");
        Files.writeString(keyFile, "0123456789abcdef".repeat(2));
        try (ServerSocket listener = Role.listen();
                ScannedProcess process = ScannedProcess.start(
                        LITTLE, "", role.arguments(Version.V2, keyFile, listener, "--require-mlock"))) {
            assertThat(process.exitCode()).isEqualTo(1);
            assertThat(saidByTheProgram(process))
                    .singleElement()
                    .asString()
                    .startsWith("saltunnel: ")
                    .contains("65536 are allowed");
        } finally {
            Files.delete(keyFile);
        }
    }

    @ParameterizedTest
    @EnumSource
    void locksKeysAndBuffersWithinTheUsualLimitWithoutAWarning(Role role) throws Exception {
        try (Subject subject = Subject.start(role, Version.V2, "", "-v");
                TunnelConnection connection = subject.connect()) {
            connection.peer().send(new byte[] {7});
            assertThat(connection.plain().getInputStream().read()).isEqualTo(7);
            assertThat(saidByTheProgram(subject.process()))
                    .noneMatch(line -> line.contains("WARN") && line.contains("locked"));
            assertThat(subject.process().statusBytes("VmLck"))
                    .isBetween(2L * LITTLE, (long) ScannedProcess.USUAL_LOCK_LIMIT);
        }
    }

    /** The virtual machine's message about the vector module, before the program starts, can't be turned off. */
    private static List<String> saidByTheProgram(ScannedProcess process) {
        return process.lines().stream()
                .filter(line -> !line.contains("Using incubator modules"))
                .toList();
    }

    @Test
    void hidesTheProcessFromOthers() throws Exception {
        try (Subject subject = Subject.start(Role.SERVER, Version.V2, "")) {
            long pid = subject.process().pid();
            Path folder = Path.of("/proc", Long.toString(pid));
            assertThat(Files.readString(folder.resolve("limits"))).containsPattern("Max core file size +0 +0 ");
            assertThat(Files.readString(folder.resolve("cmdline")).split("\0"))
                    .containsAll(List.of(
                            "-XX:+DisableAttachMechanism",
                            "-XX:-HeapDumpOnOutOfMemoryError",
                            "-XX:-CreateCoredumpOnCrash",
                            "-XX:ErrorFile=/dev/null",
                            "-XX:-UsePerfData"));
            // Other users, including the process's own, can't access root's files.
            assertThat((int) Files.getAttribute(folder.resolve("mem"), "unix:uid"))
                    .isZero();
        }
    }
}
