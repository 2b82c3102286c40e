package io.saltunnel.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options that add stages to each connection's pipelines. They have plain Java types only, as in {@link
 * TunnelOptions}.
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
            description =
                    "Reset a connection on which nothing has moved in either direction for this time. Default: never.")
    @Nullable
    Duration idleTimeout;

    @Option(
            names = "--bandwidth",
            paramLabel = "<rate>",
            converter = RateConverter.class,
            description = "Limit of each connection, each way, in bytes a second: 500k, 20M, 1.5G, or a number alone.")
    @Nullable
    Long bandwidth;

    @Option(
            names = "--total-bandwidth",
            paramLabel = "<rate>",
            converter = RateConverter.class,
            description = "Limit of all connections together, each way, in bytes a second.")
    @Nullable
    Long totalBandwidth;

    @Option(
            names = "--access-log",
            description = "Log a line at the end of each connection: peer, target, seconds, bytes each way, outcome.")
    boolean accessLog;

    @Option(
            names = "--accept-proxy",
            description =
                    "Expect a PROXY protocol header (version 1 or 2) at the beginning of each connection, and take the peer's address from it. Needs --allow-from, the networks of the proxies, unless on a UNIX domain socket.")
    boolean acceptProxy;

    @Option(
            names = "--proxy-header",
            description = {
                "Send the target a PROXY protocol header (version 2) ahead of each connection. From a client, through the tunnel, it carries the application's address;"
                        + " from a server, the address that the tunnel comes from."
            })
    boolean proxyHeader;

    @Option(
            names = "--stage",
            paramLabel = "<name>[=<argument>]",
            description = "Add a stage that is on the class path under this name. Can be given more than once.")
    final List<String> stages = new ArrayList<>();
}
