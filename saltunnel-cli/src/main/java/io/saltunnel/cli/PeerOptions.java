package io.saltunnel.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The key, and the options of one attempt to reach the other end. They have plain Java types only, as in {@link
 * TunnelOptions}.
 */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class PeerOptions {

    @Option(
            names = {"-k", "--key"},
            paramLabel = "<keyfile>",
            converter = FileConverter.class,
            required = true,
            description =
                    "The file with the key, 32 bytes that client and server share. A server takes up to 16: give the option several times, or a directory with files named <name>.key.")
    final List<Path> keyFiles = new ArrayList<>();

    @Option(
            names = {"-t", "--timeout"},
            paramLabel = "<timeout>",
            converter = SecondsConverter.Positive.class,
            description =
                    "Time limit of an outgoing connection attempt: seconds, or 500ms, 30s, 5m, 1h. Default: the system's.")
    @Nullable
    Duration connectTimeout;

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

    /** The key file of a command that takes one. */
    Path keyFile() {
        if (keyFiles.size() > 1) {
            throw new CommandFailure("this command takes one key, not " + keyFiles.size(), null);
        }
        return keyFiles.get(0);
    }
}
