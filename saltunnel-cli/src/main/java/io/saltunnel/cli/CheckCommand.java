package io.saltunnel.cli;

import io.saltunnel.cli.config.Problems;
import io.saltunnel.cli.status.Tallies;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Looks at a configuration file without starting anything. */
@Command(
        addMethodSubcommands = false,
        name = "check",
        description = {
            "Checks a configuration file, and those in conf.d beside it, without starting anything.",
            "",
            "Prints one line for each problem: file:line:column, what is wrong, and what would be right. Exit code 1 if there is one."
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class CheckCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "<file>",
            converter = FileConverter.class,
            defaultValue = RunCommand.DEFAULT_FILE,
            description = "The configuration file. Default: ${DEFAULT-VALUE}.")
    private Path file;

    @ParentCommand
    private SaltunnelCommand root;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Problems problems = new Problems();
        root.protectMemory();
        ConfiguredTunnels configured = ConfiguredTunnels.read(file, problems);
        try (KeyRing keys = new KeyRing()) {
            configured.prepare(keys, Tallies.none()).close();
        }
        PrintWriter out = spec.commandLine().getOut();
        problems.all().forEach(problem -> out.println(CommandErrors.oneLine(problem.toString())));
        problems.warnings()
                .forEach(warning ->
                        out.println(CommandErrors.oneLine(warning.place() + ": warning: " + warning.what())));
        if (problems.none() && root.verbosity() != Verbosity.QUIET) {
            int tunnels = configured.plans().size();
            out.println(file + ": ok, " + tunnels + (tunnels == 1 ? " tunnel" : " tunnels"));
        }
        out.flush();
        return problems.none() ? 0 : 1;
    }
}
