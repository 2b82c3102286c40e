package io.saltunnel.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: the launcher finds Java and the jar from any directory, and names what is missing. */
@Tag("jdk-independent")
class LauncherIT {

    private static final Path JAR = Path.of(System.getProperty("saltunnel.jar"));
    private static final Path LAUNCHER =
            JAR.resolveSibling("../src/main/dist/bin/saltunnel").normalize();

    @TempDir
    private Path directory;

    @Test
    void runsTheJarOfTheBuild() throws Exception {
        assertRuns(LAUNCHER);
    }

    @Test
    void runsAnInstalledJarThroughALink() throws Exception {
        Path installed = install();
        Files.createDirectory(directory.resolve("lib"));
        Files.createSymbolicLink(directory.resolve("lib/saltunnel.jar"), JAR.toRealPath());
        assertRuns(Files.createSymbolicLink(directory.resolve("my tunnel"), installed));
    }

    @Test
    void saysThatTheJarIsMissing() throws Exception {
        try (CliProcess run = CliProcess.startCommand(List.of(install().toString(), "--version"))) {
            assertThat(run.awaitExit()).isEqualTo(1);
            assertThat(run.error()).startsWith("saltunnel: saltunnel.jar is not in ");
        }
    }

    @Test
    void saysThatJavaIsMissing() throws Exception {
        try (CliProcess run =
                CliProcess.startCommand(List.of("env", "JAVA_HOME=" + directory, LAUNCHER.toString(), "--version"))) {
            assertThat(run.awaitExit()).isEqualTo(1);
            assertThat(run.error()).isEqualTo("saltunnel: JAVA_HOME is " + directory + ", where no Java is");
        }
    }

    @Test
    void theScriptAtTheTopRunsTheProgram() throws Exception {
        Path script = LAUNCHER.resolve("../../../../../../saltunnel").normalize();
        try (CliProcess run = CliProcess.startCommand(
                List.of("env", "JAVA_HOME=" + System.getProperty("java.home"), script.toString(), "key", "--help"))) {
            assertThat(run.awaitExit()).as(run.error()).isZero();
            assertThat(run.output()).contains("saltunnel key");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "LC_ALL=C", "LC_ALL=POSIX", "LANG=none_NONE.UTF-8"})
    void fileNamesBeyondAsciiNeedNoLocale(String locale) throws Exception {
        // The shell makes the bytes, because the process that runs the tests may have no locale either.
        String script =
                "folder=$1/$(printf 'Schl\\303\\274ssel') && mkdir \"$folder\" && shift && \"$@\" \"$folder/key\"";
        try (CliProcess run = CliProcess.startCommand(List.of(
                "env",
                "-u",
                "LANG",
                "-u",
                "LC_ALL",
                "-u",
                "LC_CTYPE",
                locale.isEmpty() ? "NOTHING=" : locale,
                "JAVA_HOME=" + System.getProperty("java.home"),
                "sh",
                "-c",
                script,
                "sh",
                directory.toString(),
                LAUNCHER.toString(),
                "key",
                "generate"))) {
            assertThat(run.awaitExit()).as(run.error()).isZero();
        }
    }

    @Test
    void saysWhichJavaItTook() throws Exception {
        String key = Files.writeString(directory.resolve("key"), "0123456789abcdef".repeat(2))
                .toString();
        String home = System.getProperty("java.home");
        try (CliProcess server = CliProcess.startCommand(List.of(
                "env",
                "JAVA_HOME=" + home,
                LAUNCHER.toString(),
                "server",
                "-v",
                "-k",
                key,
                "127.0.0.1:0",
                "127.0.0.1:9"))) {
            assertThat(server.awaitErrorLine("Java " + Runtime.version() + " by "))
                    .endsWith(", in " + home);
        }
    }

    @Test
    void noOptionsOfTheEnvironmentReachJavaAndOnlyThisUserCanReadNewFiles() throws Exception {
        Path java = script("home/bin/java", "echo \"mask $(umask)\"; env; for word in \"$@\"; do echo \"$word\"; done");
        try (CliProcess run = CliProcess.startCommand(List.of(
                "env",
                "JAVA_HOME=" + java.getParent().getParent(),
                "JAVA_TOOL_OPTIONS=-Done",
                "JDK_JAVA_OPTIONS=-Dtwo",
                "_JAVA_OPTIONS=-Dthree",
                "SALTUNNEL_JAVA_OPTS=-Dfour",
                "sh",
                "-c",
                "umask 0; exec \"$@\"",
                "sh",
                LAUNCHER.toString(),
                "key",
                "generate",
                "file"))) {
            assertThat(run.awaitExit()).as(run.error()).isZero();
            assertThat(run.output())
                    .contains("mask 0077\n", "-XX:+DisableAttachMechanism\n", "-Dfour\n", "\nkey\ngenerate\nfile\n")
                    .doesNotContain("-Done", "-Dtwo", "-Dthree");
        }
    }

    @Test
    void takesTheRuntimeThatWasLinkedFromTheJavaOfJavaHome() throws Exception {
        Path installed = install();
        Path home = script("home/bin/java", "echo home").getParent().getParent();
        Path other = script("other/bin/java", "echo other").getParent().getParent();
        script("lib/runtime/bin/java", "echo linked \"$@\"");
        Files.writeString(directory.resolve("lib/runtime/linked-from"), home + "\n");
        Files.writeString(directory.resolve("lib/saltunnel.jar"), "");
        assertThat(outputOf(installed, "JAVA_HOME=" + home))
                .startsWith("linked ")
                .doesNotContain("--add-modules");
        assertThat(outputOf(installed, "JAVA_HOME=")).startsWith("linked ");
        assertThat(outputOf(installed, "JAVA_HOME=" + other)).isEqualTo("other\n");
        assertThat(outputOf(installed, "JAVA_HOME=" + home, "SALTUNNEL_CLASSPATH=stage.jar"))
                .isEqualTo("home\n");
    }

    @ParameterizedTest
    @CsvSource({
        // version of the control groups, limit in bytes, heap in MiB
        "2, max, 256",
        "2, 1073741824, 256",
        "2, 268435456, 88",
        "2, 134217728, 24",
        "1, 9223372036854771712, 256",
        "1, 134217728, 24"
    })
    void theHeapAndTheBuffersFitIntoTheMemoryLimit(int version, String limit, int heap) throws Exception {
        Path launcher = installInGroup(version, limit);
        String home = "JAVA_HOME=" + directory.resolve("home");
        assertThat(outputOf(launcher, home))
                .contains(" -Xmx" + heap + "m ")
                .contains(" -Xms" + Math.min(heap, 64) + "m ");
    }

    /** Java ends if the heap is to begin larger than its limit. */
    @Test
    void theUsersHeapMayBeSmallerThanTheOneOfTheLauncher() throws Exception {
        Path launcher = installInGroup(2, "max");
        String home = "JAVA_HOME=" + directory.resolve("home");
        assertThat(outputOf(launcher, home, "SALTUNNEL_JAVA_OPTS=-Xmx48m"))
                .contains(" -Xmx48m ")
                .doesNotContain("-Xms");
    }

    /** A disk that is full leaves empty files, and a group may end while it is read. */
    @Test
    void emptyFilesAreAsGoodAsNone() throws Exception {
        Path launcher = installInGroup(2, "max");
        Files.writeString(directory.resolve("groups/service/memory.max"), "");
        script("lib/runtime/bin/java", "echo linked");
        Files.writeString(directory.resolve("lib/runtime/linked-from"), "");
        assertThat(outputOf(launcher, "JAVA_HOME=" + directory.resolve("home"))).contains(" -Xmx256m ");
    }

    @Test
    void aLimitThatNothingFitsIntoIsOneLine() throws Exception {
        Path launcher = installInGroup(2, "67108864");
        List<String> java = List.of("env", "JAVA_HOME=" + directory.resolve("home"), launcher.toString());
        for (String command : List.of("server", "demo")) {
            try (CliProcess run = CliProcess.startCommand(with(java, command))) {
                assertThat(run.awaitExit()).isEqualTo(1);
                assertThat(run.error())
                        .isEqualTo("saltunnel: the memory limit is 64 MiB, and a tunnel needs 128 MiB: raise it"
                                + " (docker run --memory, MemoryMax=)");
            }
        }
        try (CliProcess run = CliProcess.startCommand(with(java, "key"))) {
            assertThat(run.awaitExit()).isZero();
            assertThat(run.output()).contains(" -Xmx16m ");
        }
    }

    private static List<String> with(List<String> command, String last) {
        List<String> all = new ArrayList<>(command);
        all.add(last);
        return all;
    }

    /** A launcher in a control group that has no limit of its own, below one that has. */
    private Path installInGroup(int version, String limit) throws IOException {
        script("home/bin/java", "echo \"$@\"");
        Path groups = directory.resolve("groups");
        Path memory = version == 2 ? groups : groups.resolve("memory");
        Files.createDirectories(memory.resolve("service/inner"));
        Files.writeString(
                memory.resolve("service").resolve(version == 2 ? "memory.max" : "memory.limit_in_bytes"), limit + "\n");
        Files.writeString(
                directory.resolve("cgroup"),
                version == 2 ? "0::/service/inner\n" : "5:devices:/\n4:cpu,memory:/service/inner\n0::/\n");
        Path launcher = install();
        Files.createDirectory(directory.resolve("lib"));
        Files.writeString(directory.resolve("lib/saltunnel.jar"), "");
        Files.writeString(
                launcher,
                Files.readString(launcher)
                        .replace("/sys/fs/cgroup", groups.toString())
                        .replace(
                                "/proc/self/cgroup", directory.resolve("cgroup").toString()));
        return launcher;
    }

    private String outputOf(Path launcher, String... environment) throws Exception {
        List<String> command = new ArrayList<>(List.of("env"));
        command.addAll(List.of(environment));
        command.addAll(List.of(launcher.toString(), "demo"));
        try (CliProcess run = CliProcess.startCommand(command)) {
            assertThat(run.awaitExit()).as(run.error()).isZero();
            return run.output();
        }
    }

    private Path script(String name, String commands) throws IOException {
        return Scripts.write(directory.resolve(name), commands);
    }

    private Path install() throws IOException {
        Path bin = Files.createDirectory(directory.resolve("bin"));
        return Files.copy(LAUNCHER, bin.resolve("saltunnel"), StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static void assertRuns(Path launcher) throws Exception {
        try (CliProcess run = CliProcess.startCommand(
                List.of("env", "JAVA_HOME=" + System.getProperty("java.home"), launcher.toString(), "--version"))) {
            assertThat(run.awaitExit()).as(run.error()).isZero();
            assertThat(run.output()).startsWith("saltunnel ");
            assertThat(run.error()).isEmpty();
        }
    }
}
