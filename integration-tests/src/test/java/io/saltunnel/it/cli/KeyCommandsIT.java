package io.saltunnel.it.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: small programs that load no network code make keys and move them between machines. */
class KeyCommandsIT {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"generate", "import", "export"})
    void loadNeitherNettyNorTheLogger(String command) throws Exception {
        Path file = directory.resolve("key");
        if (command.equals("export")) {
            Files.writeString(file, "0123456789abcdef".repeat(2));
        }
        try (CliProcess run =
                CliProcess.startWith(List.of(), List.of("-Xlog:class+load"), "key", command, file.toString())) {
            if (command.equals("import")) {
                run.type("0123456789abcdef".repeat(4));
            }
            assertThat(run.awaitExit()).as(run.error()).isZero();
            assertThat(run.output())
                    .contains("io.saltunnel.cli.KeyCommand ")
                    .doesNotContain(" io.netty.", " io.saltunnel.netty.", " ch.qos.logback.", " org.slf4j.");
        }
    }

    @Test
    void carryAKeyFromOneMachineToAnother() throws Exception {
        Path here = directory.resolve("here");
        Path there = directory.resolve("there");
        run("key", "generate", here.toString());
        CliProcess export = run("key", "export", here.toString());
        assertThat(export.output())
                .matches("([0-9A-F]{4}-){15}[0-9A-F]{4}\n")
                .isEqualTo(HexFormat.of()
                        .withUpperCase()
                        .formatHex(Files.readAllBytes(here))
                        .replaceAll("(.{4})(?=.)", "$1-")
                        .concat("\n"));
        try (CliProcess imported = CliProcess.start("key", "import", there.toString())) {
            imported.type(export.output());
            assertThat(imported.awaitExit()).isZero();
            assertThat(imported.error()).isEqualTo(export.error()).startsWith("Checksum: ");
            assertThat(imported.output()).isEmpty();
        }
        assertThat(Files.readAllBytes(there)).isEqualTo(Files.readAllBytes(here));
    }

    @Test
    void takeAKeyFromAPipe() throws Exception {
        Path file = directory.resolve("key");
        run("key", "generate", file.toString());
        try (CliProcess piped = CliProcess.startWith(
                List.of("sh", "-c", "cat '" + file + "' | \"$@\"", "sh"), List.of(), "key", "export", "/dev/stdin")) {
            assertThat(piped.awaitExit()).as(piped.error()).isZero();
            assertThat(piped.output())
                    .isEqualTo(run("key", "export", file.toString()).output());
        }
    }

    @Test
    void failWhenTheKeyCannotBeWrittenOut() throws Exception {
        Path file = directory.resolve("key");
        run("key", "generate", file.toString());
        try (CliProcess full = CliProcess.startWith(
                List.of("sh", "-c", "exec \"$@\" > /dev/full", "sh"), List.of(), "key", "export", file.toString())) {
            assertThat(full.awaitExit()).isEqualTo(1);
            assertThat(full.error()).isEqualTo("saltunnel: No space left on device");
        }
    }

    private static CliProcess run(String... arguments) throws IOException, InterruptedException {
        try (CliProcess run = CliProcess.start(arguments)) {
            assertThat(run.awaitExit()).as(run.error()).isZero();
            return run;
        }
    }
}
