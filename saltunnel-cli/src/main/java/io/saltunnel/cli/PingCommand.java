package io.saltunnel.cli;

import io.saltunnel.core.key.KeyFile;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.netty.SaltunnelSettings;
import io.saltunnel.netty.address.Endpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Tells whether servers are reachable, and have the key. */
@Command(
        name = "ping",
        customSynopsis = "saltunnel ping [-c <count>] [--through] [OPTION]... -k <keyfile> <toip>:<toport>",
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

    @Option(
            names = "--protocol",
            paramLabel = "<version>",
            description = "The version of the protocol to speak: 1 or 2. Default: 2. Older servers know 1 only.")
    @Nullable
    private String protocol;

    @Option(
            names = {"-c", "--count"},
            paramLabel = "<count>",
            converter = CountConverter.class,
            defaultValue = "3",
            description = "The number of attempts with each server. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(
            names = "--through",
            fallbackValue = "true",
            description = "Go on to the target, end the stream there, and wait for its data or its end.")
    private boolean through;

    @Parameters(
            index = "0",
            paramLabel = "<toip>:<toport>",
            description = "The server; unix:/path is a UNIX domain socket. Several, with commas, are tried one by one.")
    private String to;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ProcessSetup.chooseProperties();
        Choices choices = new Choices(new TunnelProgram.OfCommandLine(spec.commandLine()));
        List<Endpoint> servers =
                choices.read(TunnelPlan.TO, to, Connecting::destinations).orElseThrow();
        SaltunnelSettings settings = settings(choices);
        root.protectMemory();
        try (SecretMemory memory = SecretMemory.create()) {
            KeyFile.Loaded loaded = KeyFile.load(peer.keyFile(), memory);
            try (LongTermKey key = loaded.key()) {
                loaded.warning().ifPresent(root::warn);
                Optional<Duration> connectTimeout = Optional.ofNullable(peer.connectTimeout);
                try (Ping ping = choices.read(
                                "--protocol", settings, given -> new Ping(key, given, connectTimeout, reach()))
                        .orElseThrow()) {
                    return all(ping, servers);
                }
            }
        }
    }

    private Ping.Reach reach() {
        return through ? Ping.Reach.TARGET : Ping.Reach.SERVER;
    }

    private SaltunnelSettings settings(Choices choices) {
        SaltunnelSettings settings = SaltunnelSettings.defaults();
        if (peer.handshakeTimeout != null) {
            settings = settings.withHandshakeTimeout(peer.handshakeTimeout);
        }
        SaltunnelSettings timed = settings;
        SaltunnelSettings named = choices.read(
                        "--tunnel-name", peer.name, name -> timed.withName(ProtocolNames.checkedName(name)))
                .orElseThrow();
        if (protocol == null) {
            return named;
        }
        return choices.read("--protocol", protocol, text -> named.withProtocol(ProtocolNames.version(text)))
                .orElseThrow();
    }

    private int all(Ping ping, List<Endpoint> servers) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        int exitCode = 0;
        for (Endpoint server : servers) {
            for (int i = 0; i < count; i++) {
                Ping.Answer answer = ping.once(server);
                out.println(server + ": " + answer.line());
                out.flush();
                exitCode = answer.good() ? exitCode : 1;
            }
        }
        return exitCode;
    }
}
