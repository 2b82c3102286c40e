package io.saltunnel.cli;

import io.saltunnel.netty.TunnelBuilder;
import io.saltunnel.netty.stage.PipelineStageProvider;

/** Makes stages from the options. */
final class Stages {

    private Stages() {}

    /** Adds the stages that the options name. */
    static void choose(StageOptions options, TunnelBuilder<?> tunnel, Choices choices) {
        tunnel.accessLog(options.accessLog).acceptProxy(options.acceptProxy).proxyHeader(options.proxyHeader);
        options.allowFrom.forEach(network -> choices.make("--allow-from", network.strip(), tunnel::allowFrom));
        choices.make("--idle-timeout", options.idleTimeout, tunnel::idleTimeout);
        choices.make("--bandwidth", options.bandwidth, tunnel::bandwidthPerConnection);
        choices.make("--total-bandwidth", options.totalBandwidth, tunnel::bandwidthPerTunnel);
        for (String stage : options.stages) {
            int equals = stage.indexOf('=');
            String name = equals < 0 ? stage : stage.substring(0, equals);
            String argument = equals < 0 ? "" : stage.substring(equals + 1);
            choices.make("--stage", argument, given -> tunnel.stage(PipelineStageProvider.load(name, given)));
        }
    }
}
