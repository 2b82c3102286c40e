package io.saltunnel.cli;

import io.saltunnel.cli.config.ConfigProblem;
import io.saltunnel.cli.config.Problems;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** All tunnels of a configuration file, in one process. */
@Command(
        addMethodSubcommands = false,
        name = "run",
        footerHeading = "%nExamples:%n",
        footer = {"  saltunnel check tunnels.toml", "  saltunnel run -c tunnels.toml"},
        description = {
            "Runs all tunnels of a configuration file, and of those in conf.d beside it.",
            "",
            "If one of them can't be started, none is, and the reasons are shown. 'saltunnel check' looks at a file without starting anything.",
            "",
            "SIGHUP reads the file again: what is the same stays untouched, and open connections stay open. A file with errors changes nothing."
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class RunCommand implements Callable<Integer> {

    /** The file, unless another one is named. */
    static final String DEFAULT_FILE = "/etc/saltunnel/saltunnel.toml";

    @Option(
            names = {"-c", "--config"},
            paramLabel = "<file>",
            converter = FileConverter.class,
            defaultValue = DEFAULT_FILE,
            description = "The configuration file. Default: ${DEFAULT-VALUE}.")
    private Path file;

    @Mixin
    private ReplayOptions replays;

    @ParentCommand
    private SaltunnelCommand root;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Problems problems = new Problems();
        ConfiguredTunnels configured = ConfiguredTunnels.read(file, problems, this::chooseLog);
        ConfigOptions options = configured.options();
        Choices.Faults faults = new TunnelProgram.OfCommandLine(spec.commandLine());
        ReplayPlan own = ReplayPlan.of(replays, new Choices(faults), faults);
        ProcessSetup.chooseProperties();
        StatusPlan status =
                StatusPlan.of(configured.status(), ProcessSetup.protect(options.process, configured.transport()));
        try (KeyRing keys = new KeyRing()) {
            PreparedTunnels prepared = configured.prepare(keys, status.tallies());
            if (!problems.none()) {
                throw new CommandFailure(
                        problems.all().stream().map(ConfigProblem::toString).toList(), null);
            }
            problems.warnings()
                    .forEach(
                            warning -> LoggerFactory.getLogger(RunCommand.class).warn("{}", warning));
            Reload reload = new Reload(file, keys, status, configured.processValues());
            TunnelProgram.run(prepared, configured.transport(), reload, status, own.or(configured.replays()));
        }
        return 0;
    }

    private void chooseLog(ConfigOptions options) {
        if (options.verbosity != null && root.verbosity() == Verbosity.NORMAL) {
            Verbosity.choose(options.verbosity);
        }
        LogFormat.choose(Objects.requireNonNullElse(options.process.logFormat, LogFormat.TEXT)); // null if it is wrong
    }
}
