package io.saltunnel.cli;

import io.saltunnel.core.secret.ProcessProtection;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program without a command, and the options that all commands have. {@link Program} adds the commands. */
@Command(
        addMethodSubcommands = false, // here and in most commands: otherwise picocli reads all methods, for 15 ms
        name = "saltunnel",
        description = "Encrypts and authenticates TCP connections between two machines that share a key.",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = SaltunnelCommand.Version.class,
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        usageHelpAutoWidth = true,
        sortOptions = false,
        exitCodeOnInvalidInput = 2,
        exitCodeOnExecutionException = 1,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:an error", "2:invalid arguments"})
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class SaltunnelCommand implements Runnable {

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Log more on standard error: every connection; twice (-vv), everything.")
    private final List<Boolean> verbose = new ArrayList<>();

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "Log errors only.")
    private boolean quiet;

    @Spec
    private CommandSpec spec;

    private final StandardStreams streams;

    SaltunnelCommand(StandardStreams streams) {
        this.streams = streams;
    }

    Verbosity verbosity() {
        return Verbosity.of(verbose.size(), quiet);
    }

    StandardStreams streams() {
        return streams;
    }

    /** For lines that belong to a command's result, as opposed to logs. */
    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Prints a warning, for a command that has no log. */
    void warn(String warning) {
        if (verbosity() != Verbosity.QUIET) {
            err().println("saltunnel: warning: " + warning);
            err().flush();
        }
    }

    /**
     * Hides this process's memory from others, for a command that handles a key, and warns of the exposures that
     * remain.
     */
    void protectMemory() {
        Exposures.despite(ProcessProtection.apply()).forEach(this::warn);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no command given");
    }

    /** The version in the jar's manifest. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            return new String[] {ProgramVersion.text()};
        }
    }
}
