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
import picocli.CommandLine;

/** The work of {@code saltunnel ping}. It is apart from the command for the same reason as {@link TopProgram}. */
final class PingProgram {

    /**
     * The arguments of the command.
     *
     * @param peer the key and the times
     * @param spoken what is said to a server
     * @param count the number of attempts with each server
     * @param through whether to go on to the target
     * @param to the servers as they were given
     */
    record Request(PeerOptions peer, SpokenOptions spoken, int count, boolean through, String to) {}

    private final SaltunnelCommand root;
    private final Request request;
    private final CommandLine command;

    PingProgram(SaltunnelCommand root, Request request, CommandLine command) {
        this.root = root;
        this.request = request;
        this.command = command;
    }

    /**
     * Makes the attempts.
     *
     * @return the exit code
     */
    int run() throws IOException, InterruptedException {
        ProcessSetup.chooseProperties();
        Choices choices = new Choices(new TunnelProgram.OfCommandLine(command));
        List<Endpoint> servers = choices.read(TunnelPlan.TO, request.to(), Connecting::destinations)
                .orElseThrow();
        SaltunnelSettings settings = settings(choices);
        root.protectMemory();
        try (SecretMemory memory = SecretMemory.create()) {
            KeyFile.Loaded loaded = KeyFile.load(request.peer().keyFile(), memory);
            try (LongTermKey key = loaded.key()) {
                loaded.warning().ifPresent(root::warn);
                Optional<Duration> connectTimeout = Optional.ofNullable(request.peer().connectTimeout);
                try (Ping attempts = choices.read(
                                "--protocol", settings, given -> new Ping(key, given, connectTimeout, reach()))
                        .orElseThrow()) {
                    return all(attempts, servers);
                }
            }
        }
    }

    private Ping.Reach reach() {
        return request.through() ? Ping.Reach.TARGET : Ping.Reach.SERVER;
    }

    private SaltunnelSettings settings(Choices choices) {
        SaltunnelSettings settings = SaltunnelSettings.defaults();
        if (request.peer().handshakeTimeout != null) {
            settings = settings.withHandshakeTimeout(request.peer().handshakeTimeout);
        }
        SaltunnelSettings timed = settings;
        SaltunnelSettings named = choices.read(
                        "--tunnel-name", request.peer().name, name -> timed.withName(ProtocolNames.checkedName(name)))
                .orElseThrow();
        SaltunnelSettings begun = choices.read(
                        "--first-bytes",
                        request.spoken().firstBytes,
                        text -> named.withFirstBytes(ProtocolNames.firstBytes(text)))
                .orElseThrow();
        String protocol = request.spoken().protocol;
        if (protocol == null) {
            return begun;
        }
        return choices.read("--protocol", protocol, text -> begun.withProtocol(ProtocolNames.version(text)))
                .orElseThrow();
    }

    private int all(Ping attempts, List<Endpoint> servers) throws InterruptedException {
        PrintWriter out = command.getOut();
        int exitCode = 0;
        for (Endpoint server : servers) {
            for (int i = 0; i < request.count(); i++) {
                Ping.Answer answer = attempts.once(server);
                out.println(server + ": " + answer.line());
                out.flush();
                exitCode = answer.good() ? exitCode : 1;
            }
        }
        return exitCode;
    }
}
