package io.saltunnel.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The side that connects to the target. */
@Command(
        addMethodSubcommands = false,
        name = "server",
        customSynopsis = "[-t <timeout>] [-m <maxconns>] [OPTION]... -k <keyfile> <fromip>:<fromport> <toip>:<toport>",
        footerHeading = "%nExamples:%n",
        footer = {
            "  saltunnel server -k web.key :8080 127.0.0.1:80",
            "  saltunnel server -k db.key --allow-from 192.0.2.0/24 :5433 127.0.0.1:5432"
        },
        description = "Accepts encrypted connections from clients that know the key, and connects each to the target.")
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ServerCommand extends OneTunnelCommand {

    @Option(
            names = "--protocol",
            paramLabel = "<versions>",
            description =
                    "The versions of the protocol that clients may speak: any, 1 or 2. Default: any, or 2 with a name.")
    @Nullable
    private String protocol;

    @Mixin
    private ReplayOptions replays;

    @Override
    public TunnelMode mode() {
        return TunnelMode.SERVER;
    }

    @Override
    public @Nullable String firstBytes() {
        return null; // a server's first bytes come after the client's, and nobody judges them
    }

    @Override
    public @Nullable String protocol() {
        return protocol;
    }

    @Override
    @Nullable
    ReplayOptions replays() {
        return replays;
    }
}
