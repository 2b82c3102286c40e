package io.saltunnel.cli;

import io.saltunnel.core.key.KeyFile;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.netty.ClientBuilder;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.address.Endpoint;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine;

/** The work of {@code saltunnel pipe}. It is apart from the command for the same reason as {@link TopProgram}. */
final class PipeProgram {

    /**
     * The arguments of the command.
     *
     * @param connecting the key, and how connections are made
     * @param spoken what is said to a server
     * @param shaping sizes and times of what is sent
     * @param to the servers as they were given
     */
    record Request(ConnectOptions connecting, SpokenOptions spoken, ShapingOptions shaping, String to) {}

    private PipeProgram() {}

    /**
     * Carries standard input and output.
     *
     * @return the exit code
     */
    static int carry(SaltunnelCommand root, Request request, CommandLine command)
            throws IOException, InterruptedException {
        ProcessSetup.chooseProperties();
        Choices.Faults faults = new TunnelProgram.OfCommandLine(command);
        Choices choices = new Choices(faults);
        List<Endpoint> servers = choices.read(TunnelPlan.TO, request.to(), Connecting::destinations)
                .orElseThrow();
        SpokenOptions spoken = request.spoken();
        Shaping.check(request.shaping(), TunnelMode.CLIENT, spoken.protocol, choices, faults);
        root.protectMemory();
        try (SecretMemory memory = SecretMemory.create()) {
            KeyFile.Loaded loaded = KeyFile.load(request.connecting().peer.keyFile(), memory);
            try (LongTermKey key = loaded.key()) {
                loaded.warning().ifPresent(root::warn);
                ClientBuilder client = Tunnel.client(key).servers(servers);
                choices.make("--protocol", spoken.protocol, text -> client.protocol(ProtocolNames.version(text)));
                choices.make(
                        "--first-bytes", spoken.firstBytes, text -> client.firstBytes(ProtocolNames.firstBytes(text)));
                Connecting.choose(request.connecting(), client, choices);
                Shaping.choose(request.shaping(), client, choices);
                new Pipe(client, root.streams()).carry();
            }
        }
        return 0;
    }
}
