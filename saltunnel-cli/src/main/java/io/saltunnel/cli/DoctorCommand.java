package io.saltunnel.cli;

import io.saltunnel.cli.config.Problems;
import io.saltunnel.cli.doctor.Check;
import io.saltunnel.cli.doctor.Finding;
import io.saltunnel.cli.doctor.SelfTest;
import io.saltunnel.cli.status.Tallies;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Checks this installation, and the tunnels of a file. */
@Command(
        addMethodSubcommands = false,
        name = "doctor",
        description = {
            "Checks this installation, and prints one line for each check: ok, or what to do.",
            "",
            "The self-test compares the program's X25519 and Poly1305 with Tink's, Salsa20 with published vectors, all variants of its"
                    + " ciphers with each other, and looks whether the source of random bytes is broken. Then it looks at native"
                    + " libraries, locked memory, what other processes can see, the transport, the kernels, the limit of open"
                    + " files, and whether the clock is synchronised.",
            "",
            "With a configuration file, it looks at the keys, the open files that are needed and the ports too, makes a handshake with"
                    + " each server of each client, as ping does, connects to each target, and lets the store of replays remember something. A server that proves the key shows that"
                    + " both clocks agree within an hour; its answer has no time in it. Exit code 1 if a check fails."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  saltunnel doctor", "  saltunnel doctor /etc/saltunnel/saltunnel.toml"})
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class DoctorCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "<file>",
            converter = FileConverter.class,
            description = "A configuration file, whose tunnels are checked too.")
    @Nullable
    private Path file;

    @ParentCommand
    private SaltunnelCommand root;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (root.verbosity() == Verbosity.NORMAL) {
            Verbosity.choose(Verbosity.QUIET); // the report has what a tunnel would warn about
        }
        ProcessSetup.chooseProperties();
        boolean good = report(SelfTest.checks());
        good &= report(MachineChecks.all());
        if (file != null) {
            good &= reportTunnels(file);
        }
        return good ? 0 : 1;
    }

    private boolean reportTunnels(Path configuration) {
        Problems problems = new Problems();
        ConfiguredTunnels configured = ConfiguredTunnels.read(configuration, problems);
        try (KeyRing keys = new KeyRing();
                PreparedTunnels prepared = configured.prepare(keys, Tallies.none())) {
            List<Check> checks = new ArrayList<>(TunnelChecks.of(configuration, problems, prepared.tunnels()));
            configured.replays().store().map(TunnelChecks::store).ifPresent(checks::add);
            return report(checks);
        }
    }

    /** Runs checks, and prints each line as soon as its check is done. False if a check fails. */
    private boolean report(List<Check> checks) {
        PrintWriter out = spec.commandLine().getOut();
        boolean good = true;
        for (Check check : checks) {
            Finding finding = check.run();
            if (finding.verdict() != Finding.Verdict.OK || root.verbosity() != Verbosity.QUIET) {
                out.println(finding.line(check.name()));
                out.flush();
            }
            good &= finding.verdict() != Finding.Verdict.FAILED;
        }
        return good;
    }
}
