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

    private PipeProgram() {}

    /**
     * Carries standard input and output.
     *
     * @return the exit code
     */
    static int carry(
            SaltunnelCommand root, ConnectOptions connecting, SpokenOptions spoken, String to, CommandLine command)
            throws IOException, InterruptedException {
        ProcessSetup.chooseProperties();
        Choices choices = new Choices(new TunnelProgram.OfCommandLine(command));
        List<Endpoint> servers =
                choices.read(TunnelPlan.TO, to, Connecting::destinations).orElseThrow();
        root.protectMemory();
        try (SecretMemory memory = SecretMemory.create()) {
            KeyFile.Loaded loaded = KeyFile.load(connecting.peer.keyFile(), memory);
            try (LongTermKey key = loaded.key()) {
                loaded.warning().ifPresent(root::warn);
                ClientBuilder client = Tunnel.client(key).servers(servers);
                choices.make("--protocol", spoken.protocol, text -> client.protocol(ProtocolNames.version(text)));
                choices.make(
                        "--first-bytes", spoken.firstBytes, text -> client.firstBytes(ProtocolNames.firstBytes(text)));
                Connecting.choose(connecting, client, choices);
                new Pipe(client, root.streams()).carry();
            }
        }
        return 0;
    }
}
