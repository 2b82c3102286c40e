package io.saltunnel.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options of connections that this program makes, and of the key that they take. They have plain Java types only, as
 * in {@link TunnelOptions}.
 */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ConnectOptions {

    @Mixin
    PeerOptions peer;

    @Option(
            names = "--connect-patience",
            paramLabel = "<time>",
            converter = SecondsConverter.class,
            description =
                    "How long a new connection goes on trying when nothing can be connected to, so that a restart there costs a moment and not a reset. Default: 2 for a client, 0 for a server.")
    @Nullable
    Duration connectPatience;

    @Option(
            names = "--failover",
            paramLabel = "<order>",
            defaultValue = "prio",
            description =
                    "Which of several addresses to forward to is tried first: prio, always the first; rr, each in turn. One that failed is avoided for 5 seconds. Default: ${DEFAULT-VALUE}.")
    String failover;
}
