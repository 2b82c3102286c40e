package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The README, the man page and the page on the configuration file describe the options of client and server: each option
 * that one of them has, and no other.
 */
class DescribedOptionsTest {
    private static final Path README = Path.of("../README.md");
    private static final Path CONFIGURATION = Path.of("../docs/configuration.md");
    private static final Path MAN_PAGE = Path.of("src/main/dist/share/man/man1/saltunnel.1");

    /** The options at the start of a row of the README's table. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`-[^|]*) \\|");

    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--?[a-zA-Z][a-z-]*");

    @Test
    void theReadmeDescribesEachOption() throws IOException {
        Set<String> described = new TreeSet<>();
        ROW.matcher(Files.readString(README)).results().forEach(row -> addOptions(described, row.group(1)));
        described.remove("-vv"); // is -v twice
        Set<String> wanted = optionsOfBothSides();
        wanted.removeAll(Set.of("-h", "--help", "-V", "--version"));
        assertThat(described).isEqualTo(wanted);
    }

    @Test
    void theManPageDescribesEachOption() throws IOException {
        String page = Files.readString(MAN_PAGE).replace("\\-", "-");
        String section = page.substring(page.indexOf(".SH OPTIONS"), page.indexOf(".SH \"CONFIGURATION FILE\""));
        Set<String> described = new TreeSet<>();
        section.lines()
                .filter(line -> line.matches("\\.B[A-Z]* -.*"))
                .forEach(line -> addOptions(described, line.replace("-vv", "")));
        assertThat(described).isEqualTo(optionsOfBothSides());
    }

    @Test
    void theManPageNamesEachCommandAndEachLongOption() throws IOException {
        String page = Files.readString(MAN_PAGE).replace("\\-", "-");
        for (CommandLine command : all(Program.commandLine(StandardStreams.ofProcess()))) {
            assertThat(page).contains(command.getCommandName());
            for (OptionSpec option : command.getCommandSpec().options()) {
                assertThat(option.longestName()).as(command.getCommandName()).startsWith("--");
                assertThat(page).as(command.getCommandName()).contains(option.longestName());
            }
        }
    }

    @Test
    void theConfigurationPageDescribesEachKeyOfATunnel() throws IOException {
        Set<String> keys = new TreeSet<>();
        for (TunnelMode mode : TunnelMode.values()) {
            keys.addAll(TableReader.keysOfTunnel(mode));
        }
        assertThat(keysDescribed("## Keys of `[[tunnel]]`")).containsExactlyInAnyOrderElementsOf(keys);
    }

    @Test
    void theConfigurationPageDescribesEachKeyOfTheProcess() throws IOException {
        assertThat(keysDescribed("## Keys of `[process]`"))
                .containsExactlyInAnyOrderElementsOf(TableReader.processKeys().names());
    }

    @Test
    void theExampleOnTheConfigurationPageWorks(@TempDir Path directory) throws IOException {
        String page = Files.readString(CONFIGURATION);
        int start = page.indexOf("```toml\n") + "```toml\n".length();
        ConfigFolder folder = ConfigFolder.in(directory);
        folder.key("tunnel.key");
        folder.key("database.key");
        folder.main(page.substring(start, page.indexOf("```", start)));
        assertThat(folder.check()).isEqualTo(ConfigFolder.MAIN_FILE + ": ok, 2 tunnels\n");
    }

    private static List<String> keysDescribed(String heading) throws IOException {
        String page = Files.readString(CONFIGURATION);
        String after = page.substring(page.indexOf(heading) + heading.length());
        String section = after.substring(0, after.indexOf("\n## ") < 0 ? after.length() : after.indexOf("\n## "));
        return Pattern.compile("(?m)^\\| `([a-z-]+)` \\|")
                .matcher(section)
                .results()
                .map(row -> row.group(1))
                .toList();
    }

    /** A command and those below it. */
    private static List<CommandLine> all(CommandLine command) {
        List<CommandLine> all = new ArrayList<>(List.of(command));
        command.getSubcommands().values().forEach(below -> all.addAll(all(below)));
        return all;
    }

    private static Set<String> optionsOfBothSides() {
        CommandLine program = Program.commandLine(StandardStreams.ofProcess());
        Set<String> names = new TreeSet<>();
        for (String side : TunnelMode.names()) {
            CommandLine command =
                    Objects.requireNonNull(program.getSubcommands().get(side));
            command.getCommandSpec().options().forEach(option -> names.addAll(Set.of(option.names())));
        }
        return names;
    }

    private static void addOptions(Set<String> options, String text) {
        OPTION.matcher(text).results().forEach(option -> options.add(option.group()));
    }
}
