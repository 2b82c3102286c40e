package io.saltunnel.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What happens to each connection beside being tunnelled: the stages of its pipelines. Plain Java types only, as in
 * {@link TunnelOptions}.
 */
final class StageOptions {

    @Option(
            names = "--allow-from",
            paramLabel = "<network>",
            split = ",",
            description =
                    "Accept connections from these networks only: 192.0.2.0/24, 2001:db8::/32, or an address alone.")
    final List<String> allowFrom = new ArrayList<>();

    @Option(
            names = "--idle-timeout",
            paramLabel = "<seconds>",
            converter = SecondsConverter.Positive.class,
            description = "Reset a connection on which nothing has moved, either way, for so long. Default: never.")
    @Nullable
    Duration idleTimeout;

    @Option(
            names = "--bandwidth",
            paramLabel = "<rate>",
            converter = RateConverter.class,
            description =
                    "Let each connection carry so many bytes a second each way: 500k, 20M, 1.5G, or a number alone.")
    @Nullable
    Long bandwidth;

    @Option(
            names = "--total-bandwidth",
            paramLabel = "<rate>",
            converter = RateConverter.class,
            description = "Let all connections together carry so many bytes a second each way.")
    @Nullable
    Long totalBandwidth;

    @Option(
            names = "--access-log",
            fallbackValue = "true",
            description =
                    "Log a line for each connection when it is over: peer, target, seconds, bytes each way, outcome.")
    boolean accessLog;

    @Option(
            names = "--proxy-header",
            fallbackValue = "true",
            description = {
                "Send the target a PROXY protocol header (version 2) ahead of each connection. From a client, through the tunnel, it carries the application's address;"
                        + " from a server, the address that the tunnel comes from."
            })
    boolean proxyHeader;

    @Option(
            names = "--stage",
            paramLabel = "<name>[=<argument>]",
            split = "\n", // so that a configuration file can have several lines of it; arguments may hold commas
            splitSynopsisLabel = "",
            description = "Add a stage that is on the class path under this name. Can be given more than once.")
    final List<String> stages = new ArrayList<>();
}
