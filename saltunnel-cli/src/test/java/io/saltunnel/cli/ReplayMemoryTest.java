package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The option {@code --replays}, and what the user is told. */
class ReplayMemoryTest {

    @TempDir
    Path directory;

    @Test
    void isLeftWhenTheProcessEnds() throws Exception {
        Path file = directory.resolve("replays");
        ReplayMemory memory = ReplayMemory.open(file);
        assertThat(file).isEmptyFile();
        memory.close();
        assertThat(file).isNotEmptyFile();
        Files.writeString(file, "something else");
        ReplayMemory.open(file).close(); // with a warning
        ReplayMemory.open(null).close();
    }

    @Test
    void saysWhyAFileCannotBeUsed() {
        Path missing = directory.resolve("missing/replays");
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> ReplayMemory.open(missing))
                .withMessage("cannot use the file for replays: " + missing + ": no such file or directory");
        assertThatExceptionOfType(CommandFailure.class)
                .isThrownBy(() -> ReplayMemory.open(directory))
                .withMessageStartingWith("cannot use the file for replays: " + directory + ": ");
    }

    @Test
    void aServersAndARunsOption() {
        assertThat(CommandRun.of("client", "--replays", "x", "-k", "k", ":0", ":1")
                        .err())
                .contains("--replays is an option of 'saltunnel server' only");
        for (String[] command : new String[][] {
            {"server", "--replays", directory.toString(), "-k", "k", ":0", "127.0.0.1:9"},
            {"run", "--replays", "", "-c", "none"}
        }) {
            assertThat(CommandRun.of(command).err()).doesNotContain("unknown option", "is an option of");
        }
    }
}
