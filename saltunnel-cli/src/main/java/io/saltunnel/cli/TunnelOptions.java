package io.saltunnel.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * The options that client and server have in common. They have plain Java types only, so that parsing them loads no
 * networking class.
 */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class TunnelOptions {

    @Mixin
    ConnectOptions connecting;

    @Option(
            names = "--revoke",
            paramLabel = "<when>",
            defaultValue = Revocation.DEFAULT,
            description =
                    "What happens to connections whose key a reload of the configuration takes away: later lets them finish, now resets them. Default: ${DEFAULT-VALUE}.")
    String revoke;

    @Option(
            names = {"-m", "--max-connections"},
            paramLabel = "<maxconns>",
            converter = CountConverter.class,
            defaultValue = "100",
            description = "The most connections tunnelled at once; further ones wait. Default: ${DEFAULT-VALUE}.")
    int maxConnections;

    @Option(
            names = "--grace",
            paramLabel = "<seconds>",
            converter = SecondsConverter.class,
            defaultValue = "10",
            description = "Time for connections to finish after the signal to stop. Default: ${DEFAULT-VALUE}.")
    Duration grace;

    @Option(
            names = "--no-keepalive",
            description = "Don't let the system probe idle connections for a peer that has vanished.")
    boolean noKeepAlive;

    @Option(
            names = "--keepalive",
            paramLabel = "<idle>[,<interval>,<probes>]",
            converter = KeepAliveConverter.class,
            description =
                    "Probe a connection between client and server after <idle> seconds of silence, then every <interval> seconds; close it after this number of unanswered <probes>. Default: 60,15,4.")
    @Nullable
    KeepAliveTimes keepAlive;

    @Option(
            names = "--user-timeout",
            paramLabel = "<seconds>",
            converter = SecondsConverter.class,
            description =
                    "Close a connection between client and server whose data has not been acknowledged for this time; 0 leaves it to the system. Default: 120. With epoll and io_uring only; other transports warn.")
    @Nullable
    Duration userTimeout;

    @Mixin
    ShapingOptions shaping;

    @Mixin
    StageOptions stages;

    @Parameters(
            index = "0",
            paramLabel = "<fromip>:<fromport>",
            description =
                    "Where to accept connections. An empty host means all interfaces, port 0 any free port. unix:/path, or unix:/path;mode=0660, is a UNIX domain socket; systemd:name is a socket of the service manager.")
    String from;

    @Parameters(
            index = "1",
            paramLabel = "<toip>:<toport>",
            description =
                    "Where to forward them to; unix:/path is a UNIX domain socket. Several, with commas, are tried in turn.")
    String to;
}
