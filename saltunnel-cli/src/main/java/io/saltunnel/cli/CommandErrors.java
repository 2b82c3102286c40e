package io.saltunnel.cli;

import io.saltunnel.cli.config.FileErrors;
import io.saltunnel.cli.config.Suggestion;
import io.saltunnel.core.secret.MemoryLockException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Shows errors: one line each, which begins with the program's name and tells the user what to do. */
final class CommandErrors {

    /** Follows a file's name in a message. */
    static final String NAME_BEYOND_THE_LOCALE =
            "has a name that the locale has no characters for: run the program by its launcher, or set LC_ALL=C.UTF-8";

    /** Named a file of options in former versions. {@code saltunnel run} has replaced it. */
    private static final String FORMER_CONFIG = "--config";

    private CommandErrors() {}

    /**
     * Reports invalid arguments, and the command's usage.
     *
     * @param whole makes the command line with all commands, one of which may have an option that this one lacks
     */
    static int invalidArguments(ParameterException e, Supplier<CommandLine> whole) {
        CommandLine command = e.getCommandLine();
        writeOptionsWithSpaces(command);
        PrintWriter err = command.getErr();
        err.println("saltunnel: " + oneLine(explain(e, whole)));
        err.print(command.getHelp().synopsisHeading());
        err.print(command.getHelp().synopsis(command.getHelp().synopsisHeadingLength()));
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help' for more.");
        err.flush();
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    /** Reports why a command failed; at the highest verbosity, with a stack trace. */
    static int failed(Exception e, CommandLine command, ParseResult parsed) {
        LogQueue.flushStandardError(); // earlier log lines come first
        PrintWriter err = command.getErr();
        boolean traced = command.getCommandSpec().root().userObject() instanceof SaltunnelCommand root
                && root.verbosity() == Verbosity.DEBUG;
        if (LogFormat.chosen() == LogFormat.TEXT) {
            lines(e).forEach(line -> err.println("saltunnel: " + oneLine(line)));
            if (traced) {
                e.printStackTrace(err);
            }
        } else {
            Logger log = LoggerFactory.getLogger(CommandErrors.class);
            lines(e).forEach(line -> log.error("{}", oneLine(line)));
            if (traced) {
                log.debug("the failure, for a report", e); // in the format of the other lines
            }
            LogQueue.flushStandardError();
        }
        err.flush();
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    private static List<String> lines(Exception e) {
        if (e instanceof CommandFailure failure) {
            return failure.lines();
        }
        return List.of(line(e));
    }

    private static String line(Exception e) {
        if (e instanceof IOException file) {
            return FileErrors.message(file);
        }
        if (e instanceof UncheckedIOException wrapped) {
            return FileErrors.message(Objects.requireNonNull(wrapped.getCause()));
        }
        if (e instanceof InvalidPathException name) {
            return "file " + name.getInput() + " " + NAME_BEYOND_THE_LOCALE;
        }
        return e instanceof MemoryLockException ? String.valueOf(e.getMessage()) : "internal error: " + e;
    }

    /** Makes help show {@code -k <keyfile>} with a space. Call it after parsing, which accepts {@code =} too. */
    static void writeOptionsWithSpaces(CommandLine command) {
        command.getCommandSpec().root().commandLine().setSeparator(" ");
    }

    private static String explain(ParameterException e, Supplier<CommandLine> whole) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            return unmatched(e.getCommandLine(), unmatched.getUnmatched(), whole);
        }
        if (e instanceof MissingParameterException missing) {
            List<String> unmatched = e.getCommandLine().getUnmatchedArguments();
            // The unknown option is probably the mistake, and the argument is missing because of it.
            return unmatched.isEmpty() ? missing(missing) : unmatched(e.getCommandLine(), unmatched, whole);
        }
        if (e instanceof OverwrittenOptionException twice && twice.getOverwritten() instanceof OptionSpec option) {
            return "option '" + option.shortestName() + "' is given more than once";
        }
        if (e.getCause() instanceof InvalidPathException invalid) {
            return "file " + invalid.getInput() + " " + NAME_BEYOND_THE_LOCALE;
        }
        String message = decapitalized(String.valueOf(e.getMessage()));
        return e.getArgSpec() instanceof OptionSpec option
                ? message.replaceFirst(
                        "^(invalid value for option) '" + option.longestName() + "'( \\(<\\w+>\\))?",
                        "$1 '" + option.names()[0] + "'")
                : message;
    }

    private static String unmatched(CommandLine command, List<String> arguments, Supplier<CommandLine> whole) {
        String argument = arguments.isEmpty() ? "" : arguments.get(0);
        if (argument.length() > 1 && argument.startsWith("-")) {
            String name = argument.replaceFirst("=.*", "");
            if (name.equals(FORMER_CONFIG) && command.getCommandSpec().userObject() instanceof OneTunnelCommand) {
                return FORMER_CONFIG + " is an option of 'saltunnel run' only: describe this tunnel in a TOML file,"
                        + " as a [[tunnel]] with name, mode, listen, to and key, and start it by"
                        + " 'saltunnel run -c <file>'";
            }
            if (command.getCommandSpec().userObject() instanceof OneTunnelCommand) {
                Optional<String> commands = commandsWith(name, whole.get());
                if (commands.isPresent()) {
                    return name + " is an option of " + commands.get();
                }
            }
            List<String> known = command.getCommandSpec().options().stream()
                    .map(OptionSpec::longestName)
                    .toList();
            return "unknown option '" + argument + "'" + suggestion(name, known);
        }
        if (command.getSubcommands().isEmpty()) {
            return "unexpected argument '" + argument + "'";
        }
        return "unknown command '" + argument + "'"
                + suggestion(argument, command.getSubcommands().keySet());
    }

    /** The commands with an option that a side of a tunnel lacks; empty if the other side lacks it, too. */
    private static Optional<String> commandsWith(String option, CommandLine whole) {
        List<CommandSpec> commands = whole.getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(command -> command.findOption(option) != null)
                .toList();
        if (commands.stream().noneMatch(command -> command.userObject() instanceof OneTunnelCommand)) {
            return Optional.empty();
        }
        List<String> names = commands.stream()
                .map(command -> "'" + command.qualifiedName() + "'")
                .toList();
        int last = names.size() - 1;
        return Optional.of(
                last == 0 ? names.get(0) : String.join(", ", names.subList(0, last)) + " and " + names.get(last));
    }

    private static String suggestion(String typed, Collection<String> known) {
        return Suggestion.nearest(typed, known)
                .map(name -> ": did you mean '" + name + "'?")
                .orElse("");
    }

    private static String missing(MissingParameterException e) {
        List<ArgSpec> missing = e.getMissing();
        if (missing.isEmpty()) {
            return decapitalized(String.valueOf(e.getMessage()));
        }
        if (missing.get(0) instanceof OptionSpec option
                && String.valueOf(e.getMessage()).contains("parameter for option")) {
            return "option '" + option.shortestName() + "' needs a value: " + option.paramLabel();
        }
        return "missing: " + missing.stream().map(CommandErrors::label).collect(Collectors.joining(", "));
    }

    private static String label(ArgSpec argument) {
        return (argument instanceof OptionSpec option ? option.shortestName() + " " : "") + argument.paramLabel();
    }

    /** The message of a converter, without picocli's introduction, which names the option. */
    static String withoutOption(String message) {
        return message.replaceFirst("^Invalid value for [^:]*: ", "");
    }

    private static String decapitalized(String message) {
        return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }

    /** Replaces control characters, which a file's name, and therefore a message, may contain. */
    static String oneLine(String message) {
        return message.replaceAll("\\p{Cntrl}", "?");
    }
}
