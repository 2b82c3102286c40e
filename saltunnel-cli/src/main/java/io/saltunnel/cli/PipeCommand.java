package io.saltunnel.cli;

import io.saltunnel.core.key.KeyFile;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.netty.ClientBuilder;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.address.Endpoint;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A client for one connection, which is standard input and output. */
@Command(
        name = "pipe",
        customSynopsis = "saltunnel pipe [OPTION]... -k <keyfile> <toip>:<toport>",
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

    @Option(
            names = "--protocol",
            paramLabel = "<version>",
            description = "The version of the protocol to speak: 1 or 2. Default: 2. Older servers know 1 only.")
    @Nullable
    private String protocol;

    @Parameters(
            index = "0",
            paramLabel = "<toip>:<toport>",
            description = "The server; unix:/path is a UNIX domain socket. Several, with commas, are tried in turn.")
    private String to;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ProcessSetup.chooseProperties();
        Choices choices = new Choices(new TunnelProgram.OfCommandLine(spec.commandLine()));
        List<Endpoint> servers =
                choices.read(TunnelPlan.TO, to, Connecting::destinations).orElseThrow();
        root.protectMemory();
        try (SecretMemory memory = SecretMemory.create()) {
            KeyFile.Loaded loaded = KeyFile.load(connecting.peer.keyFile(), memory);
            try (LongTermKey key = loaded.key()) {
                loaded.warning().ifPresent(root::warn);
                ClientBuilder client = Tunnel.client(key).servers(servers);
                choices.make("--protocol", protocol, text -> client.protocol(ProtocolNames.version(text)));
                Connecting.choose(connecting, client, choices);
                new Pipe(client, root.streams()).carry();
            }
        }
        return 0;
    }
}
