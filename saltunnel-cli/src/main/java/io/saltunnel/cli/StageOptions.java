package io.saltunnel.cli;

import io.saltunnel.netty.TunnelBuilder;
import io.saltunnel.netty.stage.PipelineStage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What happens to each connection beside being tunnelled: the stages of its pipelines. */
final class StageOptions {

    @Option(
            names = "--allow-from",
            paramLabel = "<network>",
            split = ",",
            description =
                    "Accept connections from these networks only: 192.0.2.0/24, 2001:db8::/32, or an address alone.")
    private final List<String> allowFrom = new ArrayList<>();

    @Option(
            names = "--idle-timeout",
            paramLabel = "<seconds>",
            converter = SecondsConverter.Positive.class,
            description = "Reset a connection on which nothing has moved, either way, for so long. Default: never.")
    private @Nullable Duration idleTimeout;

    @Option(
            names = "--bandwidth",
            paramLabel = "<rate>",
            converter = RateConverter.class,
            description =
                    "Let each connection carry so many bytes a second each way: 500k, 20M, 1.5G, or a number alone.")
    private @Nullable Long bandwidth;

    @Option(
            names = "--total-bandwidth",
            paramLabel = "<rate>",
            converter = RateConverter.class,
            description = "Let all connections together carry so many bytes a second each way.")
    private @Nullable Long totalBandwidth;

    @Option(
            names = "--access-log",
            fallbackValue = "true",
            description =
                    "Log a line for each connection when it is over: peer, target, seconds, bytes each way, outcome.")
    private boolean accessLog;

    @Option(
            names = "--proxy-header",
            fallbackValue = "true",
            description = {
                "Send the target a PROXY protocol header (version 2) ahead of each connection. From a client, through the tunnel, it carries the application's address;"
                        + " from a server, the address that the tunnel comes from."
            })
    private boolean proxyHeader;

    @Option(
            names = "--stage",
            paramLabel = "<name>[=<argument>]",
            split = "\n", // so that a configuration file can have several lines of it; arguments may hold commas
            splitSynopsisLabel = "",
            description = "Add a stage that is on the class path under this name. Can be given more than once.")
    private final List<String> stages = new ArrayList<>();

    /**
     * Adds what was asked for.
     *
     * @throws IllegalArgumentException with a message for the user, if a network or a stage makes no sense
     */
    void applyTo(TunnelBuilder<?> tunnel) {
        tunnel.allowFrom(allowFrom.toArray(String[]::new))
                .idleTimeout(idleTimeout)
                .accessLog(accessLog)
                .proxyHeader(proxyHeader);
        if (bandwidth != null) {
            tunnel.bandwidthPerConnection(bandwidth);
        }
        if (totalBandwidth != null) {
            tunnel.bandwidthPerTunnel(totalBandwidth);
        }
        for (String stage : stages) {
            int equals = stage.indexOf('=');
            String name = equals < 0 ? stage : stage.substring(0, equals);
            tunnel.stage(PipelineStage.load(name, equals < 0 ? "" : stage.substring(equals + 1)));
        }
    }
}
