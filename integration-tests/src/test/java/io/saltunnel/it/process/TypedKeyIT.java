package io.saltunnel.it.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Goal: a key that somebody types at a terminal is not shown there, and the program says what is missing of it. */
class TypedKeyIT {

    private static final String KEY = "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210";

    /** Says whether standard input has something to read. */
    private static final String LEFT =
            "python3 -c 'import select; print(\"readable:\", len(select.select([0], [], [], 0)[0]))'";

    @RegisterExtension
    final Processes processes = Processes.perTest();

    private static Finished type(List<String> lines, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3", "-B", "src/test/python/typist.py", ": "));
        command.addAll(lines);
        command.add("--");
        command.addAll(Program.command(List.of(arguments)));
        return Program.runToEnd(command, "");
    }

    @Test
    void whatIsTypedIsNotShownAndWhatIsMissingIsSaid() throws Exception {
        Path file = processes.folder().resolve("typed.key");
        List<String> lines = List.of(KEY.substring(0, 4), KEY.substring(4));
        Finished typist = type(lines, "-q", "key", "import", file.toString());
        assertThat(typist.exitCode()).as(typist.output()).isZero();
        assertThat(typist.output())
                .contains("Key: ", "4 of 64 hexadecimal digits: 60 are missing", "Checksum: ")
                .doesNotContain(KEY.substring(0, 4), KEY.substring(4));
        assertThat(Files.readAllBytes(file)).isEqualTo(HexFormat.of().parseHex(KEY));
    }

    /** Otherwise a shell would take the lines of a pasted key for commands. */
    @Test
    void whatIsLeftAfterAMistakeIsThrownAway() throws Exception {
        Path file = processes.folder().resolve("pasted.key");
        List<String> shell = new ArrayList<>(List.of("python3", "-B", "src/test/python/typist.py", ": "));
        shell.addAll(List.of("not a key\n" + KEY + "\n" + KEY, "--", "sh", "-c", "\"$@\"; " + LEFT, "sh"));
        shell.addAll(Program.command(List.of("-q", "key", "import", file.toString())));
        assertThat(Program.runToEnd(shell, "").output()).contains("saltunnel: ", "readable: 0");
        assertThat(file).doesNotExist();
    }

    @Test
    void theBytesOfAKeyAreNotWrittenToATerminal() throws Exception {
        Finished typist = type(List.of(), "-q", "key", "generate", "-");
        assertThat(typist.exitCode()).isEqualTo(1);
        assertThat(typist.output()).contains("saltunnel: the bytes of a key are nothing for a terminal");
    }
}
