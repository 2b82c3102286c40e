package io.saltunnel.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that hide sizes and times from somebody who watches the wire. They have plain Java types only, as in
 * {@link TunnelOptions}.
 */
final class ShapingOptions {

    @Option(
            names = "--pace",
            paramLabel = "<rate>",
            converter = RateConverter.class,
            description =
                    "Send frames to the other end steadily at this rate, in bytes a second on the wire: 64k is 64,000. Padding fills them while there is no data. From 512 to 100M. Needs version 2 of the protocol, and implies it.")
    @Nullable
    Long pace;

    @Option(
            names = "--pad",
            paramLabel = "<what>",
            description =
                    "What is padded: bursts pads what is sent at once to 1, 2, 4, 8 and so on frames, at most twice the bytes, and delays a single frame by 5 ms at most. Needs version 2 of the protocol, and implies it. Default: nothing.")
    @Nullable
    String pad;
}
