package io.saltunnel.cli;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options of connections that this program makes, and of the key that they take. They have plain Java types only, as
 * in {@link TunnelOptions}.
 */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class ConnectOptions {

    @Option(
            names = {"-k", "--key"},
            paramLabel = "<keyfile>",
            converter = FileConverter.class,
            required = true,
            description = "The file with the key, 32 bytes that client and server share.")
    Path keyFile;

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "<timeout>",
            converter = SecondsConverter.Positive.class,
            description =
                    "Time limit of an outgoing connection attempt: seconds, or 500ms, 30s, 5m, 1h. Default: the system's.")
    @Nullable
    Duration connectTimeout;

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

    @Option(
            names = "--handshake-timeout",
            paramLabel = "<seconds>",
            converter = SecondsConverter.Positive.class,
            description =
                    "Time for the other end to prove the key; then the connection is closed. Default: 10 for a client; 30 for a server, which adds up to as much again.")
    @Nullable
    Duration handshakeTimeout;

    @Option(
            names = {"--name", "--tunnel-name"},
            paramLabel = "<name>",
            defaultValue = "",
            description =
                    "The tunnel's name, the same on both sides: keeps tunnels apart that share a key. Needs version 2 of the protocol, and implies it. Default: none.")
    String name;
}
