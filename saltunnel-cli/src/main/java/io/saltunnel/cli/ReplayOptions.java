package io.saltunnel.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a process with servers remembers replays. It has plain Java types only, as {@link TunnelOptions}. */
final class ReplayOptions {

    static final String REPLAYS = "--replays";
    static final String PASSWORD_FILE = "--replays-password-file";
    static final String WHEN_UNAVAILABLE = "--replays-when-unavailable";

    @Option(
            names = REPLAYS,
            paramLabel = "<where>",
            converter = ReplayPlaceConverter.class,
            description = {
                "A file: leave to the next run, in this file, which hellos were admitted, so that a restart refuses no client and admits no replay. For a directory that a reboot empties, as /run/saltunnel.",
                "An address: share this memory with other servers, in Redis or Valkey: redis://host:6379, rediss:// by TLS, redis-sentinel://host,host#master, redis-cluster://host,host.",
                "Default: none."
            })
    @Nullable
    ReplayPlace place;

    @Option(
            names = PASSWORD_FILE,
            paramLabel = "<file>",
            converter = FileConverter.class,
            description = "The file whose first line is the password for the store of --replays. Default: none.")
    @Nullable
    Path passwordFile;

    @Option(
            names = WHEN_UNAVAILABLE,
            paramLabel = "<what>",
            description =
                    "What a server does with clients while the store of --replays gives no answer: refuse, or local, which decides by what this process remembers. Default: refuse.")
    @Nullable
    String whenUnavailable;
}
