package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The options for a store of replays, and what the user is told. */
class ReplayPlanTest {

    @TempDir
    Path directory;

    @Test
    void aPasswordOnTheCommandLineIsRefusedAndNotSaid() {
        assertThat(server("--replays", "redis://user:secret@store").err())
                .contains("put the password for the store into a file, not into its address")
                .doesNotContain("secret");
        assertThat(server("--replays", "redis://user:sec ret@store").err())
                .contains("this is no address of a store")
                .doesNotContain("ret@");
    }

    @Test
    void aKindOfStoreThatNoModuleKnowsIsRefused() {
        assertThat(server("--replays", "memcached://store").err())
                .contains("there is no memory of replays at 'memcached://'; there are: redis, ");
    }

    @Test
    void optionsForAStoreNeedOne() {
        assertThat(server("--replays-password-file", "x").err()).contains("there is no store of replays");
        assertThat(server("--replays", "x", "--replays-when-unavailable", "local")
                        .err())
                .contains("there is no store of replays");
        assertThat(server("--replays", "redis://store", "--replays-when-unavailable", "maybe")
                        .err())
                .contains("'maybe' is neither refuse nor local");
        Path missing = directory.resolve("missing");
        assertThat(server("--replays", "redis://store", "--replays-password-file", missing.toString())
                        .err())
                .contains("the password for the store can't be read: " + missing);
    }

    @Test
    void aFileIsCheckedInTheSameWay() throws Exception {
        Path file = Files.writeString(
                directory.resolve("saltunnel.toml"),
                "[process]\nreplays = \"redis://\"\nreplays-when-unavailable = \"maybe\"\n");
        CommandRun run = CommandRun.of("check", file.toString());
        assertThat(run.out() + run.err())
                .contains(
                        "saltunnel.toml:2:",
                        "this is no address of a store",
                        "saltunnel.toml:3:",
                        "there is no store of replays");
    }

    private static CommandRun server(String... options) {
        String[] command = new String[options.length + 5];
        command[0] = "server";
        System.arraycopy(options, 0, command, 1, options.length);
        System.arraycopy(new String[] {"-k", "none.key", ":0", "127.0.0.1:9"}, 0, command, options.length + 1, 4);
        return CommandRun.of(command);
    }
}
