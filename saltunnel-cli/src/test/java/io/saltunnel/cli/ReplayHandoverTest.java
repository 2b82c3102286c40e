package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The option {@code --replays}, and what the user is told. */
class ReplayHandoverTest {

    @TempDir
    Path directory;

    @Test
    void isLeftWhenTheProcessEnds() throws Exception {
        Path file = directory.resolve("replays");
        ReplayHandover memory = ReplayHandover.open(file);
        assertThat(file).isEmptyFile();
        memory.close();
        assertThat(file).isNotEmptyFile();
        Files.writeString(file, "something else");
        ReplayHandover.open(file).close(); // with a warning
        ReplayHandover.open(null).close();
    }

    @Test
    void saysWhyAFileCannotBeUsed() {
        Path missing = directory.resolve("missing/replays");
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> ReplayHandover.open(missing))
                .withMessage("cannot use the file for replays: " + missing + ": no such file or directory");
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> ReplayHandover.open(directory))
                .withMessageStartingWith("cannot use the file for replays: " + directory + ": ");
    }

    @Test
    void isAnOptionOfServersAndRuns() {
        assertThat(CommandRun.of("client", "--replays", "x", "-k", "k", ":0", ":1")
                        .err())
                .contains("--replays is an option of 'saltunnel server' and 'saltunnel run'\n");
    }

    /** The tunnels can't start, but the file is made before and left after that. */
    @Test
    void theOptionOfARunOverridesTheConfiguration() throws Exception {
        Path configured = directory.resolve("configured");
        Path chosen = directory.resolve("chosen");
        try (ServerSocket occupied = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + occupied.getLocalPort();
            Path file = ConfigFolder.in(directory)
                    .main("[process]\nreplays = \"" + configured
                            + "\"\n[[tunnel]]\nname = \"a\"\nmode = \"server\"\nkey = \"a.key\"\n" + "listen = \""
                            + address + "\"\nto = \"127.0.0.1:9\"\n");
            assertThat(CommandRun.of("run", "-c", file.toString()).exitCode()).isEqualTo(1);
            assertThat(configured).isNotEmptyFile();
            Files.delete(configured);
            assertThat(CommandRun.of("run", "--replays", chosen.toString(), "-c", file.toString())
                            .err())
                    .contains("cannot listen on " + address);
            assertThat(chosen).isNotEmptyFile();
            assertThat(configured).doesNotExist();
            Files.delete(chosen);
            String key = directory.resolve("a.key").toString();
            assertThat(CommandRun.of("server", "--replays", chosen.toString(), "-k", key, address, "127.0.0.1:9")
                            .err())
                    .contains("cannot listen on " + address);
            assertThat(chosen).isNotEmptyFile();
        }
    }
}
