package io.saltunnel.cli;

import io.saltunnel.core.secret.MemoryLockException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** How errors are shown: one line each, that begins with the program's name and fits what the user did. */
final class CommandErrors {

    /** Behind a file's name: why it can't be used. */
    static final String NAME_BEYOND_THE_LOCALE =
            "has a name that the locale has no characters for: run the program by its launcher, or set LC_ALL=C.UTF-8";

    private CommandErrors() {}

    /** Says what is wrong with the arguments, and how the command is used. */
    static int invalidArguments(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        writeOptionsWithSpaces(command);
        PrintWriter err = command.getErr();
        err.println("saltunnel: " + oneLine(explain(e)));
        err.print(command.getHelp().synopsisHeading());
        err.print(command.getHelp().synopsis(command.getHelp().synopsisHeadingLength()));
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help' for more.");
        err.flush();
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    /** Says why a command failed; for a failure nobody foresaw, or at the highest verbosity, with the stack. */
    static int failed(Exception e, CommandLine command, ParseResult parsed) {
        LogQueue.flushStandardError(); // what was logged before stands before
        PrintWriter err = command.getErr();
        boolean foreseen = e instanceof CommandFailure || e instanceof IOException || e instanceof MemoryLockException;
        err.println("saltunnel: "
                + (foreseen ? oneLine(String.valueOf(e.getMessage())) : "internal error: " + oneLine(e.toString())));
        if (command.getCommandSpec().root().userObject() instanceof SaltunnelCommand root
                && root.verbosity() == Verbosity.DEBUG) {
            e.printStackTrace(err);
        }
        err.flush();
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    /** Has help show {@code -k <keyfile>} as people write it; parsing, which takes {@code =} as well, must be over. */
    static void writeOptionsWithSpaces(CommandLine command) {
        command.getCommandSpec().root().commandLine().setSeparator(" ");
    }

    private static String explain(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            return unmatched(e.getCommandLine(), unmatched.getUnmatched());
        }
        if (e instanceof MissingParameterException missing) {
            List<String> unmatched = e.getCommandLine().getUnmatchedArguments();
            // An option that doesn't exist is more likely the mistake than what is missing for it.
            return unmatched.isEmpty() ? missing(missing) : unmatched(e.getCommandLine(), unmatched);
        }
        if (e instanceof OverwrittenOptionException twice && twice.getOverwritten() instanceof OptionSpec option) {
            return "option '" + option.shortestName() + "' is given more than once";
        }
        if (e.getCause() instanceof InvalidPathException invalid) {
            return "file " + invalid.getInput() + " " + NAME_BEYOND_THE_LOCALE;
        }
        return decapitalized(String.valueOf(e.getMessage()));
    }

    private static String unmatched(CommandLine command, List<String> arguments) {
        String argument = arguments.isEmpty() ? "" : arguments.get(0);
        if (argument.length() > 1 && argument.startsWith("-")) {
            return "unknown option '" + argument + "'";
        }
        return (command.getSubcommands().isEmpty() ? "unexpected argument '" : "unknown command '") + argument + "'";
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

    private static String decapitalized(String message) {
        return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }

    /** A file's name, and so a message, may hold anything. */
    private static String oneLine(String message) {
        return message.replaceAll("\\p{Cntrl}", "?");
    }
}
