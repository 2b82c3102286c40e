package io.saltunnel.cli;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What client and server are told alike. Plain Java types only: to look at these options loads nothing of the network.
 */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class TunnelOptions {

    @Option(
            names = "-k",
            paramLabel = "<keyfile>",
            required = true,
            description = "The file with the key, 32 bytes that client and server share.")
    Path keyFile;

    @Option(
            names = "-t",
            paramLabel = "<timeout>",
            converter = SecondsConverter.Positive.class,
            description =
                    "Give up an outgoing connection after so many seconds; fractions are allowed. Default: as the system does.")
    @Nullable
    Duration connectTimeout;

    @Option(
            names = "-m",
            paramLabel = "<maxconns>",
            converter = CountConverter.class,
            defaultValue = "100",
            description = "Tunnel so many connections at once; further ones wait. Default: ${DEFAULT-VALUE}.")
    int maxConnections;

    @Option(
            names = "--grace",
            paramLabel = "<seconds>",
            converter = SecondsConverter.class,
            defaultValue = "10",
            description = "When told to stop, let connections finish for so long. Default: ${DEFAULT-VALUE}.")
    Duration grace;

    @Option(
            names = "--handshake-timeout",
            paramLabel = "<seconds>",
            converter = SecondsConverter.Positive.class,
            description =
                    "Close a connection whose other end hasn't proved the key after so long. Default: 10 for a client, 30 for a server.")
    @Nullable
    Duration handshakeTimeout;

    @Option(
            names = "--transport",
            paramLabel = "<name>",
            defaultValue = "auto",
            description = "How sockets are driven: auto, epoll, io_uring, kqueue or nio. Default: ${DEFAULT-VALUE}.")
    String transport;

    @Option(
            names = "--no-keepalive",
            fallbackValue = "true",
            description = "Don't let the system probe idle connections for a peer that has vanished.")
    boolean noKeepAlive;

    @Option(
            names = "--keepalive",
            paramLabel = "<idle>[,<interval>,<probes>]",
            converter = KeepAliveConverter.class,
            description =
                    "Probe a connection between client and server that has been silent for <idle> seconds, then every <interval> seconds; give it up after so many unanswered <probes>. Default: 60,15,4.")
    @Nullable
    KeepAliveTimes keepAlive;

    @Option(
            names = "--user-timeout",
            paramLabel = "<seconds>",
            converter = SecondsConverter.class,
            description =
                    "Give up a connection between client and server when what was sent is not acknowledged for so long; 0 leaves it to the system. Default: 120. With epoll and io_uring only.")
    @Nullable
    Duration userTimeout;

    @Option(
            names = "--require-mlock",
            fallbackValue = "true",
            description = "Fail, instead of only warning, if keys and plaintext can't be locked in memory.")
    boolean requireLock;

    @Option(
            names = "--self-test",
            fallbackValue = "true",
            description =
                    "Check the program's cryptography at the start, as doctor does, and refuse to run if it is wrong.")
    boolean selfTest;

    @Option(
            names = ConfigFile.OPTION,
            paramLabel = "<file>",
            description =
                    "Take options from a file too: name = value on each line, without dashes; the addresses are from and to. The command line comes first.")
    @Nullable
    Path config;

    @Mixin
    StageOptions stages;

    @Parameters(
            index = "0",
            paramLabel = "<fromip>:<fromport>",
            description = "Where to accept connections. An empty host means all interfaces, port 0 any free port.")
    String from;

    @Parameters(index = "1", paramLabel = "<toip>:<toport>", description = "Where to forward them to.")
    String to;
}
