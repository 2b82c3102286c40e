package io.saltunnel.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows in a terminal what a running process does. */
@Command(
        addMethodSubcommands = false,
        name = "top",
        description = {
            "Shows the tunnels of a running process, and their throughput, every two seconds until Ctrl-C.",
            "",
            "The process has to run with --status, or 'status' in its configuration file."
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class TopCommand implements Callable<Integer> {

    @Parameters(
            arity = "0..1",
            paramLabel = "<address>",
            defaultValue = "127.0.0.1:9410",
            description = "Where its status page is: host:port, or unix:/path. Default: ${DEFAULT-VALUE}.")
    private String address;

    @Option(names = "--once", description = "Show it once, without rates, and end.")
    private boolean once;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return TopProgram.show(address, once, spec.commandLine());
    }
}
