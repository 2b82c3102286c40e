package io.saltunnel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The options of client and server are those that the README and the man page describe. */
class DescribedOptionsTest {
    private static final Path README = Path.of("../README.md");
    private static final Path MAN_PAGE = Path.of("src/main/dist/share/man/man1/saltunnel.1");

    /** The options at the start of a row of the README's table. */
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`-[^|]*) \\|");

    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--?[a-zA-Z][a-z-]*");

    @ParameterizedTest
    @ValueSource(strings = {"client", "server"})
    void theReadmeDescribesEachOption(String command) throws IOException {
        Set<String> described = new TreeSet<>();
        ROW.matcher(Files.readString(README)).results().forEach(row -> addOptions(described, row.group(1)));
        described.remove("-vv"); // is -v twice
        Set<String> wanted = options(command);
        wanted.removeAll(Set.of("-h", "--help", "-V", "--version"));
        assertThat(described).isEqualTo(wanted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"client", "server"})
    void theManPageDescribesEachOption(String command) throws IOException {
        String page = Files.readString(MAN_PAGE).replace("\\-", "-");
        String section = page.substring(page.indexOf(".SH OPTIONS"), page.indexOf(".SH SIGNALS"));
        Set<String> described = new TreeSet<>();
        section.lines()
                .filter(line -> line.matches("\\.B[A-Z]* -.*"))
                .forEach(line -> addOptions(described, line.replace("-vv", "")));
        assertThat(described).isEqualTo(options(command));
    }

    private static Set<String> options(String command) {
        CommandLine program = Program.commandLine(StandardStreams.ofProcess(), command);
        Set<String> names = new TreeSet<>();
        CommandLine subcommand = Objects.requireNonNull(program.getSubcommands().get(command));
        subcommand.getCommandSpec().options().forEach(option -> names.addAll(Set.of(option.names())));
        return names;
    }

    private static void addOptions(Set<String> options, String text) {
        OPTION.matcher(text).results().forEach(option -> options.add(option.group()));
    }
}
