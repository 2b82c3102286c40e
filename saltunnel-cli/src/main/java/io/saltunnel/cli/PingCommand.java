package io.saltunnel.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Tells whether servers are reachable, and have the key. */
@Command(
        addMethodSubcommands = false,
        name = "ping",
        customSynopsis = "[-c <count>] [--through] [OPTION]... -k <keyfile> <toip>:<toport>",
        description = {
            "Makes real handshakes with a server, as far as its answer, which proves the key. The server doesn't connect to its target then.",
            "",
            "Shows how long it took to connect, and until the key was proved; or the likely cause of a failure. Exit code 0 if each attempt"
                    + " succeeded, otherwise 1."
        })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class PingCommand implements Callable<Integer> {

    @ParentCommand
    private SaltunnelCommand root;

    @Spec
    private CommandSpec spec;

    @Mixin
    private PeerOptions peer;

    @Mixin
    private SpokenOptions spoken;

    @Option(
            names = {"-c", "--count"},
            paramLabel = "<count>",
            converter = CountConverter.class,
            defaultValue = "3",
            description = "The number of attempts with each server. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(
            names = "--through",
            description = "Go on to the target, end the stream there, and wait for its data or its end.")
    private boolean through;

    @Parameters(
            index = "0",
            paramLabel = "<toip>:<toport>",
            description = "The server; unix:/path is a UNIX domain socket. Several, with commas, are tried one by one.")
    private String to;

    @Override
    public Integer call() throws IOException, InterruptedException {
        return new PingProgram(root, new PingProgram.Request(peer, spoken, count, through, to), spec.commandLine())
                .run();
    }
}
