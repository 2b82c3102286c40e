package io.saltunnel.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The side that applications connect to. */
@Command(
        addMethodSubcommands = false,
        name = "client",
        customSynopsis = "[-t <timeout>] [-m <maxconns>] [OPTION]... -k <keyfile> <fromip>:<fromport> <toip>:<toport>",
        footerHeading = "%nExamples:%n",
        footer = {
            "  saltunnel client -k web.key 127.0.0.1:80 server.example:8080",
            "  saltunnel client -k db.key unix:/run/db.sock server.example:5433"
        },
        description = "Accepts connections, and carries each through its own encrypted connection to a server.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ClientCommand extends OneTunnelCommand {

    @Mixin
    private SpokenOptions spoken;

    @Override
    public TunnelMode mode() {
        return TunnelMode.CLIENT;
    }

    @Override
    public String firstBytes() {
        return spoken.firstBytes;
    }

    @Override
    public @Nullable String protocol() {
        return spoken.protocol;
    }
}
