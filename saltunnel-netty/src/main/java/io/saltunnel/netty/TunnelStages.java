package io.saltunnel.netty;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.ipfilter.IpFilterRule;
import io.saltunnel.netty.internal.stage.AccessLogStage;
import io.saltunnel.netty.internal.stage.BandwidthStage;
import io.saltunnel.netty.internal.stage.IdleTimeoutStage;
import io.saltunnel.netty.internal.stage.ProxyHeaderStage;
import io.saltunnel.netty.internal.stage.SourceNetworksStage;
import io.saltunnel.netty.internal.stage.UserTimeoutStage;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The stages of one running tunnel in order: the built-in ones first, starting with those that refuse connections, then
 * the custom ones in the order given.
 */
final class TunnelStages {
    /** The stages that a builder was given. */
    static final class StageChoice {
        final List<IpFilterRule> sourceNetworks = new ArrayList<>();
        final List<PipelineStage> custom = new ArrayList<>();

        @Nullable
        Duration idleTimeout;

        @Nullable
        Duration userTimeout = TunnelDefaults.USER_TIMEOUT;

        /** Null unless the caller asked for one. */
        @Nullable
        Duration requestedUserTimeout;

        long connectionBandwidth;
        long tunnelBandwidth;
        boolean accessLog;
        boolean proxyHeader;

        TunnelStages forTunnel(EventLoopGroup loops) {
            List<PipelineStage> stages = new ArrayList<>();
            if (accessLog) {
                stages.add(new AccessLogStage());
            }
            if (!sourceNetworks.isEmpty()) {
                stages.add(new SourceNetworksStage(sourceNetworks));
            }
            if (userTimeout != null) {
                stages.add(new UserTimeoutStage(userTimeout));
            }
            IdleTimeoutStage idle = idleTimeout == null ? null : new IdleTimeoutStage(idleTimeout);
            if (idle != null) {
                stages.add(idle);
            }
            if (connectionBandwidth > 0 || tunnelBandwidth > 0) {
                stages.add(new BandwidthStage(connectionBandwidth, tunnelBandwidth, loops));
            }
            if (proxyHeader) {
                stages.add(new ProxyHeaderStage());
            }
            stages.addAll(custom);
            if (idle != null) {
                stages.add(idle.nextToRelay());
            }
            return new TunnelStages(stages);
        }
    }

    private final List<PipelineStage> stages;

    private TunnelStages(List<PipelineStage> stages) {
        this.stages = stages;
    }

    /** Adds to a pipeline that has its relay. */
    void addTo(ChannelPipeline pipeline, PipelineStage.Place place, TunnelConnection connection) {
        for (PipelineStage stage : stages) {
            for (ChannelHandler handler : stage.handlersAt(place, connection)) {
                pipeline.addBefore(TunnelPipeline.RELAY, null, handler);
            }
        }
    }

    /** Tells all of them, even after one fails: stages are foreign code. */
    void stopped(Logger log) {
        for (PipelineStage stage : stages) {
            try {
                stage.tunnelStopped();
            } catch (RuntimeException | Error e) {
                log.error("a stage failed at the end of its tunnel", e);
            }
        }
    }
}
