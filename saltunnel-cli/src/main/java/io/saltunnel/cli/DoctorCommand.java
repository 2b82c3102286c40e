package io.saltunnel.cli;

import io.saltunnel.cli.doctor.Check;
import io.saltunnel.cli.doctor.Finding;
import io.saltunnel.cli.doctor.SelfTest;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Checks whether this installation works. */
@Command(
        name = "doctor",
        description = {
            "Checks this installation, and prints one line for each check: ok, or what to do.",
            "",
            "The self-test compares the program's X25519 and Poly1305 with Tink's, Salsa20 with published vectors, all variants of its"
                    + " ciphers with each other, and looks whether the source of random bytes is broken. Exit code 1 if a check fails."
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class DoctorCommand implements Callable<Integer> {

    @ParentCommand
    private SaltunnelCommand root;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        int exitCode = 0;
        for (Check check : SelfTest.checks()) {
            Finding finding = check.run();
            boolean good = finding.verdict() == Finding.Verdict.OK;
            if (!good || root.verbosity() != Verbosity.QUIET) {
                out.println(finding.line(check.name()));
                out.flush();
            }
            exitCode = good ? exitCode : 1;
        }
        return exitCode;
    }
}
