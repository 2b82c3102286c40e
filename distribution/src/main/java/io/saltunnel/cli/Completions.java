package io.saltunnel.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Writes the completions of the command line for bash, zsh and fish; only the build of the distribution uses it.
 *
 * <p>picocli makes the one for bash, which zsh understands, too. It makes none for fish, and no other library does from
 * picocli's model, so this class does.
 */
final class Completions {

    private static final String PROGRAM = "saltunnel";

    /** The words that options take. The program itself parses them, so picocli doesn't know them. */
    private static final Map<String, List<String>> WORDS = Map.of(
            "--failover", List.of("prio", "rr"),
            "--first-bytes", List.of("random", "printable"),
            "--log-format", List.of("auto", "text", "journal", "json"),
            "--pad", List.of("bursts"),
            "--protocol", List.of("1", "2", "any"),
            "--revoke", List.of("later", "now"),
            "--transport", List.of("auto", "epoll", "io_uring", "kqueue", "nio"));

    private Completions() {}

    /**
     * Writes the files to where each shell looks for them.
     *
     * @param arguments the directory {@code share} that the files belong to
     */
    public static void main(String[] arguments) throws IOException {
        Path share = Path.of(arguments[0]);
        CommandLine program = Program.commandLine(StandardStreams.ofProcess());
        addWords(program);
        String bash = AutoComplete.bash(PROGRAM, program);
        write(share.resolve("bash-completion/completions/" + PROGRAM), bash);
        write(share.resolve("zsh/site-functions/_" + PROGRAM), zsh(bash));
        write(share.resolve("fish/vendor_completions.d/" + PROGRAM + ".fish"), fish(program));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void addWords(CommandLine command) {
        CommandSpec spec = command.getCommandSpec();
        for (OptionSpec option : List.copyOf(spec.options())) {
            List<String> words = WORDS.get(option.longestName());
            if (words != null) {
                spec.remove(option);
                spec.addOption(
                        OptionSpec.builder(option).completionCandidates(words).build());
            }
        }
        command.getSubcommands().values().forEach(Completions::addWords);
    }

    /** bash's completion in zsh's terms. zsh has no {@code compopt}, which only chooses what bash adds. */
    static String zsh(String bash) {
        return """
                #compdef %1$s
                autoload -U +X bashcompinit && bashcompinit
                whence compopt >/dev/null || compopt() { true }
                %2$s
                _bash_complete -o default -F _complete_%1$s
                """.formatted(PROGRAM, bash);
    }

    static String fish(CommandLine program) {
        List<String> lines = new ArrayList<>();
        // A word that isn't an option may be a file; where it can't be one, -f says so.
        addCommands(program.getCommandSpec(), "__fish_use_subcommand", lines);
        addOptions(program.getCommandSpec(), "__fish_use_subcommand", lines);
        program.getSubcommands().forEach((name, command) -> {
            String seen = "__fish_seen_subcommand_from " + name;
            Map<String, CommandLine> deeper = command.getSubcommands();
            if (!deeper.isEmpty()) {
                String names = String.join(" ", deeper.keySet());
                addCommands(command.getCommandSpec(), seen + "; and not __fish_seen_subcommand_from " + names, lines);
                deeper.forEach((last, leaf) ->
                        addOptions(leaf.getCommandSpec(), seen + "; and __fish_seen_subcommand_from " + last, lines));
            } else {
                addOptions(command.getCommandSpec(), seen, lines);
            }
        });
        return String.join("\n", lines) + "\n";
    }

    private static void addCommands(CommandSpec of, String condition, List<String> lines) {
        of.subcommands()
                .forEach((name, command) -> lines.add(start(condition) + " -f -a " + name
                        + describe(command.getCommandSpec().usageMessage().description())));
    }

    private static void addOptions(CommandSpec of, String condition, List<String> lines) {
        for (OptionSpec option : of.options()) {
            if (!option.hidden()) {
                StringBuilder line = new StringBuilder(start(condition));
                for (String name : option.names()) {
                    line.append(name.startsWith("--") ? " -l " : " -s ").append(name.replaceFirst("^--?", ""));
                }
                if (option.arity().max() > 0) {
                    List<String> words = WORDS.get(option.longestName());
                    line.append(takesFile(option) ? " -r" : " -x")
                            .append(words == null ? "" : " -a " + quoted(String.join(" ", words)));
                }
                lines.add(line.append(describe(option.description())).toString());
            }
        }
    }

    private static boolean takesFile(OptionSpec option) {
        return option.paramLabel().contains("file");
    }

    private static String start(String condition) {
        return "complete -c " + PROGRAM + " -n " + quoted(condition);
    }

    /** The first sentence of a description. */
    private static String describe(String[] description) {
        String first = description.length == 0 ? "" : description[0].replaceFirst("[.:;] .*|[.:;]$", "");
        return first.isEmpty() ? "" : " -d " + quoted(first.replace("%n", "").replace("%%", "%"));
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
