package io.saltunnel.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: no other process of the same user can enter the program through the virtual machine, or the program warns of
 * it.
 */
@EnabledOnOs(OS.LINUX)
@Tag("jdk-independent")
class AttachIT {

    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));
    private static final Path LAUNCHER = Path.of(System.getProperty("saltunnel.jar"))
            .resolveSibling("../src/main/dist/bin/saltunnel")
            .normalize();

    @TempDir
    private Path directory;

    private String key;

    @BeforeEach
    void makeKey() throws IOException {
        key = Files.writeString(directory.resolve("key"), "0123456789abcdef".repeat(2))
                .toString();
    }

    @Test
    void aLaunchedProgramRefusesAttaching() throws Exception {
        try (CliProcess server = launch(List.of())) {
            server.awaitPort();
            assertThat(jcmd(server, "VM.version")).isNotZero();
            assertThat(server.isAlive()).isTrue();
            server.signal("TERM");
            assertThat(server.awaitExit()).isZero();
            assertThat(server.error()).doesNotContain("attach");
        }
    }

    @Test
    void theEnvironmentHasNoOptionsForALaunchedProgram() throws Exception {
        try (CliProcess server = launch(List.of(
                "JAVA_TOOL_OPTIONS=-XX:+UnlockDiagnosticVMOptions -Dfirst",
                "JDK_JAVA_OPTIONS=-Dsecond",
                "_JAVA_OPTIONS=-XX:-DisableAttachMechanism"))) {
            server.awaitPort();
            assertThat(jcmd(server, "VM.version")).isNotZero();
            server.signal("TERM");
            assertThat(server.awaitExit()).isZero();
            assertThat(server.error()).doesNotContain("Picked up").doesNotContain("attach");
        }
    }

    @Test
    void aProgramThatCanBeAttachedToSaysSo() throws Exception {
        try (CliProcess server = CliProcess.startWith(
                List.of(), List.of("-XX:-DisableAttachMechanism"), "server", "-k", key, "127.0.0.1:0", "127.0.0.1:9")) {
            assertThat(server.awaitErrorLine("attach"))
                    .endsWith(" saltunnel: warning: other processes of this user can attach to this one and read the"
                            + " key; run it by its launcher (bin/saltunnel), or with the Java option"
                            + " -XX:+DisableAttachMechanism");
            server.awaitPort();
        }
    }

    @Test
    void aCommandThatHandlesAKeySaysSoToo() throws Exception {
        for (String[] command : new String[][] {
            {"key", "generate", directory.resolve("new").toString()}, {"key", "export", key}, {"demo"}
        }) {
            assertThat(errorOf("-XX:-DisableAttachMechanism", command))
                    .startsWith("saltunnel: warning: other processes of this user can attach to this one");
            assertThat(errorOf("-XX:+DisableAttachMechanism", command)).doesNotContain("attach");
        }
    }

    private String errorOf(String virtualMachineOption, String... command) throws Exception {
        Files.deleteIfExists(directory.resolve("new"));
        try (CliProcess run = CliProcess.startWith(List.of(), List.of(virtualMachineOption), command)) {
            assertThat(run.awaitExit()).as(run.error()).isZero();
            return run.error();
        }
    }

    private CliProcess launch(List<String> environment) throws IOException {
        List<String> command = new ArrayList<>(List.of("env", "JAVA_HOME=" + JAVA_HOME));
        command.addAll(environment);
        command.addAll(List.of(LAUNCHER.toString(), "server", "-k", key, "127.0.0.1:0", "127.0.0.1:9"));
        return CliProcess.startCommand(command);
    }

    /** Sends the virtual machine a request, as any other process of the same user could, and returns the exit code. */
    private int jcmd(CliProcess server, String question) throws IOException, InterruptedException {
        Path answer = directory.resolve("answer");
        int exitCode = new ProcessBuilder(
                        JAVA_HOME.resolve("bin/jcmd").toString(), Long.toString(server.pid()), question)
                .redirectErrorStream(true)
                .redirectOutput(answer.toFile())
                .start()
                .waitFor();
        assertThat(Files.readString(answer, StandardCharsets.UTF_8)).isNotEmpty();
        return exitCode;
    }
}
