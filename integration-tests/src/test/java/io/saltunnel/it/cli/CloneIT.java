package io.saltunnel.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: the script at the top of a clone builds the program, shows how far it is, and says why it can't. */
@Tag("jdk-independent")
class CloneIT {

    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    private Path directory;

    @BeforeEach
    void makeClone() throws IOException {
        Files.copy(REPOSITORY.resolve("saltunnel"), directory.resolve("saltunnel"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(directory.resolve("pom.xml"), "");
        Files.createDirectories(directory.resolve("saltunnel-cli/src/main"));
        Files.writeString(directory.resolve("saltunnel-cli/pom.xml"), "");
        Scripts.write(
                directory.resolve("saltunnel-cli/src/main/dist/bin/saltunnel"), "echo \"ran $SALTUNNEL_NAME $*\"");
    }

    @Test
    void buildsWhatIsMissingOnceAndShowsHowFarItIs() throws Exception {
        Scripts.write(directory.resolve("bin/mvn"), """
                echo '[INFO] Building Saltunnel Core 0.1.0-SNAPSHOT      [1/2]'
                echo 'Downloaded from somewhere: a file (1 kB at 2 kB/s)'
                echo '[INFO] Building Saltunnel CLI 0.1.0-SNAPSHOT       [2/2]'
                mkdir -p saltunnel-cli/target && touch saltunnel-cli/target/saltunnel.jar
                echo '[INFO] BUILD SUCCESS'
                """);
        try (CliProcess run = run("JAVA_HOME=/none")) {
            assertThat(run.awaitExit()).as(run.error()).isZero();
            assertThat(run.error().replaceAll("[0-9]+ s", "N s").lines())
                    .containsExactly(
                            "saltunnel: building the program, once, with /none; this takes a minute or two",
                            "saltunnel: building, N s, 0 files downloaded: Saltunnel Core",
                            "saltunnel: building, N s, 1 files downloaded: Saltunnel CLI",
                            "saltunnel: built in N s");
            assertThat(run.output()).isEqualTo("ran ./saltunnel demo\n");
        }
        try (CliProcess again = run("JAVA_HOME=/none")) {
            assertThat(again.awaitExit()).isZero();
            assertThat(again.error()).isEmpty();
        }
    }

    @Test
    void showsTheErrorsOfABuildThatFails() throws Exception {
        Scripts.write(directory.resolve("bin/mvn"), "echo '[ERROR] no such plugin'; exit 1");
        try (CliProcess run = run("JAVA_HOME=/none")) {
            assertThat(run.awaitExit()).isEqualTo(1);
            assertThat(run.error()).endsWith("saltunnel: the build has failed: \n[ERROR] no such plugin");
            assertThat(run.output()).isEmpty();
        }
    }

    @Test
    void buildsWithJdk25BeforeOthers() throws Exception {
        Scripts.write(
                directory.resolve("bin/mvn"), "sed -n 's/JAVA_VERSION=/[ERROR] release /p' \"$JAVA_HOME/release\"");
        for (int release : new int[] {9, 25, 26}) {
            Scripts.write(directory.resolve(".jdks/" + release + "/bin/javac"), "");
            Files.writeString(
                    directory.resolve(".jdks/" + release + "/release"), "JAVA_VERSION=\"" + release + ".0.1\"\n");
        }
        try (CliProcess run = run("JAVA_HOME=")) {
            assertThat(run.awaitExit()).isEqualTo(1);
            assertThat(run.error()).contains("[ERROR] release \"25");
        }
    }

    private CliProcess run(String javaHome) throws IOException {
        return CliProcess.startCommand(List.of(
                "env",
                javaHome,
                "HOME=" + directory,
                "PATH=" + directory.resolve("bin") + ":" + System.getenv("PATH"),
                "sh",
                "-c",
                "cd \"$1\" && exec ./saltunnel demo",
                "sh",
                directory.toString()));
    }
}
