package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class HelpWidthTest {

    @ParameterizedTest
    @ValueSource(ints = {55, 60, 72, 80, 100, 132})
    void noLineOfHelpIsWiderThanTheTerminal(int width) {
        for (CommandLine command : all(program(width))) {
            String help = command.getUsageMessage();
            assertThat(help.lines()).as(help).allMatch(line -> line.length() <= width);
        }
    }

    @Test
    void whatContinuesALineIsIndented() {
        for (String name : List.of("client", "server")) {
            String help = Objects.requireNonNull(program(80).getSubcommands().get(name))
                    .getUsageMessage();
            assertThat(help.lines())
                    .startsWith(
                            "Usage: saltunnel " + name + " [-t <timeout>] [-m <maxconns>] [OPTION]... -k <keyfile>",
                            "                        <fromip>:<fromport> <toip>:<toport>")
                    .anyMatch(line ->
                            line.matches("  -k, --key[ =]<keyfile> +The file with the key, 32 bytes that client and"))
                    .anyMatch(line -> line.matches(" {30,31}server share\\. .*"));
        }
    }

    @Test
    void commandsHaveExamples() {
        for (String name : List.of("client", "server", "run", "key")) {
            assertThat(Objects.requireNonNull(program(80).getSubcommands().get(name))
                            .getUsageMessage())
                    .contains(System.lineSeparator() + "Examples:" + System.lineSeparator() + "  saltunnel ");
        }
    }

    @ParameterizedTest
    @CsvSource({"100, 100", "80, 80", "20, 55", "9999, 200", "0,", "-1,", "wide,", "'',", ","})
    void theEnvironmentCountsIfItMakesSense(@Nullable String columns, @Nullable Integer width) {
        assertThat(HelpWidth.of(columns).orElse(null)).isEqualTo(width);
    }

    private static CommandLine program(int width) {
        return Program.commandLine(StandardStreams.ofProcess())
                .setUsageHelpAutoWidth(false)
                .setUsageHelpWidth(width);
    }

    private static List<CommandLine> all(CommandLine command) {
        List<CommandLine> commands = new ArrayList<>(List.of(command));
        command.getSubcommands().values().forEach(below -> commands.addAll(all(below)));
        return commands;
    }
}
