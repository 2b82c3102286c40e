package io.saltunnel.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A client for one connection, which is standard input and output. */
@Command(
        name = "pipe",
        customSynopsis = "[OPTION]... -k <keyfile> <toip>:<toport>",
        description = {
            "Carries standard input and output through an encrypted connection to a server.",
            "",
            "Either direction may end before the other. Exit code 0 if both ended in order, otherwise 1. For ssh:"
                    + " ssh -o ProxyCommand='saltunnel pipe -k tunnel.key server.example:8080' user@target"
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class PipeCommand implements Callable<Integer> {

    @ParentCommand
    private SaltunnelCommand root;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConnectOptions connecting;

    @Mixin
    private SpokenOptions spoken;

    @Mixin
    private ShapingOptions shaping;

    @Parameters(
            index = "0",
            paramLabel = "<toip>:<toport>",
            description = "The server; unix:/path is a UNIX domain socket. Several, with commas, are tried in turn.")
    private String to;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return PipeProgram.carry(root, new PipeProgram.Request(connecting, spoken, shaping, to), spec.commandLine());
    }
}
