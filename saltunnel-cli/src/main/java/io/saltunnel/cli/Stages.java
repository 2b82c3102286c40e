package io.saltunnel.cli;

import io.saltunnel.netty.TunnelBuilder;
import io.saltunnel.netty.stage.PipelineStageProvider;

/** Makes stages from the options. */
final class Stages {

    private Stages() {}

    /**
     * Adds the stages that the options name.
     *
     * @throws IllegalArgumentException with a message for the user, if a network or a stage is invalid
     */
    static void add(StageOptions options, TunnelBuilder<?> tunnel) {
        tunnel.allowFrom(options.allowFrom.toArray(String[]::new))
                .idleTimeout(options.idleTimeout)
                .accessLog(options.accessLog)
                .proxyHeader(options.proxyHeader);
        if (options.bandwidth != null) {
            tunnel.bandwidthPerConnection(options.bandwidth);
        }
        if (options.totalBandwidth != null) {
            tunnel.bandwidthPerTunnel(options.totalBandwidth);
        }
        for (String stage : options.stages) {
            int equals = stage.indexOf('=');
            String name = equals < 0 ? stage : stage.substring(0, equals);
            tunnel.stage(PipelineStageProvider.load(name, equals < 0 ? "" : stage.substring(equals + 1)));
        }
    }
}
