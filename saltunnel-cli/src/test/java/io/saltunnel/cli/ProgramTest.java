package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command line that has only the command of its arguments behaves like the whole one. */
class ProgramTest {

    static Stream<String> commandNames() {
        return Program.commandNames().stream();
    }

    @ParameterizedTest
    @MethodSource("commandNames")
    void oneCommandSaysTheSameAsAll(String name) {
        CommandLine one = Program.commandLine(StandardStreams.ofProcess(), name);
        assertThat(one.getSubcommands()).containsKey(name);
        for (String rest : List.of("--help", "--version", "--no-such-option", "no such argument", "-k", "help")) {
            String[] arguments = {name, rest};
            assertThat(outcome(Program.commandLine(StandardStreams.ofProcess(), arguments), arguments))
                    .as(Arrays.toString(arguments))
                    .isEqualTo(outcome(Program.commandLine(StandardStreams.ofProcess()), arguments));
        }
    }

    @Test
    void onlyTheCommandOfTheArgumentsIsMade() {
        assertThat(Program.commandLine(StandardStreams.ofProcess(), "key", "generate", "k")
                        .getSubcommands())
                .containsOnlyKeys("key");
        assertThat(Program.commandLine(StandardStreams.ofProcess(), "keys").getSubcommands())
                .containsOnlyKeys(Program.commandNames());
    }

    @Test
    void theNamesAreThoseOfTheCommands() {
        assertThat(Program.commandLine(StandardStreams.ofProcess()).getSubcommands())
                .containsOnlyKeys(Program.commandNames())
                .allSatisfy(
                        (name, command) -> assertThat(command.getCommandName()).isEqualTo(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V"})
    void theVersionIsTheSameWithAndWithoutTheCommandLine(String option) {
        assertThat(ProgramVersion.isRequested(option)).isTrue();
        assertThat(outcome(Program.commandLine(StandardStreams.ofProcess()), option))
                .isEqualTo("0\n" + ProgramVersion.text() + System.lineSeparator());
        assertThat(ProgramVersion.isRequested("client", option)).isFalse();
    }

    /** The exit code and everything that is said. */
    private static String outcome(CommandLine program, String... arguments) {
        StringWriter said = new StringWriter();
        program.setOut(new PrintWriter(said, true)).setErr(new PrintWriter(said, true));
        return program.execute(arguments) + "\n" + said;
    }
}
