package io.saltunnel.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The file of one tunnel's options, which {@link ConfigFile} has read before the command line was parsed. */
final class FlatFileOption {

    @Option(
            names = ConfigFile.OPTION,
            paramLabel = "<file>",
            description =
                    "Take options from a file too: name = value on each line, without dashes; the addresses are from and to. The command line overrides the file. For several tunnels, see saltunnel run.")
    @Nullable
    Path config;
}
