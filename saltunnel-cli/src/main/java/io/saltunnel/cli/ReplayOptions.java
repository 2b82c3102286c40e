package io.saltunnel.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a process with servers remembers replays. It has plain Java types only, as {@link TunnelOptions}. */
final class ReplayOptions {

    @Option(
            names = "--replays",
            paramLabel = "<file>",
            converter = FileConverter.class,
            description =
                    "Leave to the next run, in this file, which hellos were admitted, so that a restart refuses no client and admits no replay. For a directory that a reboot empties, as /run/saltunnel. Default: none.")
    @Nullable
    Path file;
}
