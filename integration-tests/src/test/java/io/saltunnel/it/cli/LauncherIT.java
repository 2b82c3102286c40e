package io.saltunnel.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
