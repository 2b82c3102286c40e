package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.cli.status.ProcessWarning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found out about the virtual machine's options, and what is said of them. */
class JavaOptionsTest {

    private static final String NO_ATTACH = "-XX:+DisableAttachMechanism";
    private static final String ATTACH = "-XX:-DisableAttachMechanism";

    @TempDir
    private Path directory;

    @Test
    void knowsTheClassThatStartsTheProgram() {
        assertThat(JavaOptions.MAIN_CLASS).isEqualTo(Main.class.getName());
    }

    @Test
    void attachIsOnUnlessItIsTurnedOff() {
        assertThat(exposures(Map.of(), "java", "-jar", "saltunnel.jar"))
                .singleElement()
                .asString()
                .contains("can attach to this one and read the key", NO_ATTACH);
        assertThat(exposures(Map.of(), "java", NO_ATTACH, "-jar", "saltunnel.jar"))
                .isEmpty();
    }

    @Test
    void theLastMentionCounts() {
        assertThat(exposures(Map.of(), "java", NO_ATTACH, ATTACH, "-jar", "saltunnel.jar"))
                .hasSize(1);
        assertThat(exposures(Map.of("JAVA_TOOL_OPTIONS", ATTACH), "java", NO_ATTACH, "-jar", "saltunnel.jar"))
                .isEmpty();
        assertThat(exposures(Map.of("JDK_JAVA_OPTIONS", ATTACH), "java", NO_ATTACH, "-jar", "saltunnel.jar"))
                .isEmpty();
        assertThat(exposures(Map.of("_JAVA_OPTIONS", "-Xmx1g " + ATTACH), "java", NO_ATTACH, "-jar", "saltunnel.jar"))
                .hasSize(1);
    }

    @Test
    void anArgumentFileIsReadToo() throws IOException {
        Path file = Files.writeString(
                directory.resolve("java.options"), "# no -XX:-DisableAttachMechanism\n-Xmx1g\n" + NO_ATTACH + "\n");
        assertThat(exposures(Map.of(), "java", "@" + file, "-jar", "saltunnel.jar"))
                .isEmpty();
    }

    @Test
    void anOptionsFileIsReadInItsPlace() throws IOException {
        Path file = Files.writeString(directory.resolve("options"), "-Xmx1g " + ATTACH);
        String named = "-XX:VMOptionsFile=" + file;
        assertThat(exposures(Map.of(), "java", NO_ATTACH, named, "-jar", "saltunnel.jar"))
                .hasSize(1);
        assertThat(exposures(Map.of(), "java", named, NO_ATTACH, "-jar", "saltunnel.jar"))
                .isEmpty();
    }

    @Test
    void aFileOfFlagsIsReadBeforeEverythingElse() throws IOException {
        Path on = Files.writeString(directory.resolve("on"), "-DisableAttachMechanism\n");
        Path off = Files.writeString(directory.resolve("off"), "+DisableAttachMechanism\n");
        assertThat(exposures(Map.of(), "java", NO_ATTACH, "-XX:Flags=" + on, "-jar", "saltunnel.jar"))
                .isEmpty();
        assertThat(exposures(Map.of(), "java", "-XX:Flags=" + off, "-jar", "saltunnel.jar"))
                .isEmpty();
        assertThat(exposures(Map.of(), "java", ATTACH, "-XX:Flags=" + off, "-jar", "saltunnel.jar"))
                .hasSize(1);
    }

    @Test
    void agentsAndHeapDumpsAreNamedWithoutTheirArguments() {
        assertThat(exposures(
                        Map.of("JAVA_TOOL_OPTIONS", "-javaagent:/tmp/a.jar=secret"),
                        "java",
                        NO_ATTACH,
                        "-agentlib:jdwp=transport=dt_socket",
                        "-XX:+HeapDumpOnOutOfMemoryError",
                        "io.saltunnel.cli.Main",
                        "-agentlib:of-the-program"))
                .hasSize(3)
                .satisfiesOnlyOnce(line -> assertThat(line).endsWith(" -javaagent:/tmp/a.jar"))
                .satisfiesOnlyOnce(line -> assertThat(line).endsWith(" -agentlib:jdwp"))
                .satisfiesOnlyOnce(line -> assertThat(line).endsWith(" -XX:+HeapDumpOnOutOfMemoryError"));
    }

    @Test
    void thisProcessHasOptions() {
        assertThat(JavaOptions.ofProcess().options()).isNotEmpty();
    }

    private static List<String> exposures(Map<String, String> environment, String... commandLine) {
        return JavaOptions.of(List.of(commandLine), environment).warnings().stream()
                .map(ProcessWarning::text)
                .toList();
    }
}
