package io.saltunnel.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: the launcher finds Java and the jar from any directory, and names what is missing. */
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
