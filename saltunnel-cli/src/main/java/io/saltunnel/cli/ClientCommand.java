package io.saltunnel.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The side that applications connect to. */
@Command(
        name = "client",
        customSynopsis = "[-t <timeout>] [-m <maxconns>] [OPTION]... -k <keyfile> <fromip>:<fromport> <toip>:<toport>",
        footerHeading = "%nExamples:%n",
        footer = {
            "  saltunnel client -k web.key 127.0.0.1:80 server.example:8080",
            "  saltunnel client -k db.key unix:/run/db.sock server.example:5433"
        },
        description = "Accepts connections, and carries each through its own encrypted connection to a server.")
final class ClientCommand extends OneTunnelCommand {

    @Option(
            names = "--protocol",
            paramLabel = "<version>",
            description = "The version of the protocol to speak: 1 or 2. Default: 2. Older servers know 1 only.")
    @Nullable
    private String protocol;

    @Override
    public TunnelMode mode() {
        return TunnelMode.CLIENT;
    }

    @Override
    public @Nullable String protocol() {
        return protocol;
    }
}
