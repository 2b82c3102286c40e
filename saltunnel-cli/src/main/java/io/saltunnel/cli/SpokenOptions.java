package io.saltunnel.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What the commands that speak to a server say to it. They have plain Java types only, as in {@link TunnelOptions}.
 */
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class SpokenOptions {

    @Option(
            names = "--protocol",
            paramLabel = "<version>",
            description = "The version of the protocol to speak: 1 or 2. Default: 2. Older servers know 1 only.")
    @Nullable
    String protocol;

    @Option(
            names = "--first-bytes",
            paramLabel = "<kind>",
            defaultValue = "random",
            description =
                    "What each connection to a server begins with: random, or printable, which passes firewalls that block what looks fully random. Default: ${DEFAULT-VALUE}.")
    String firstBytes;
}
