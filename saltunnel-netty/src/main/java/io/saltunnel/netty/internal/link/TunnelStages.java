package io.saltunnel.netty.internal.link;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.util.List;
import org.slf4j.Logger;

/**
 * The stages of one running tunnel in order: the built-in ones first, starting with those that refuse connections, then
 * the custom ones in the order given.
 */
public final class TunnelStages {
    private final List<PipelineStage> stages;

    TunnelStages(List<PipelineStage> stages) {
        this.stages = stages;
    }

    /** Adds their handlers for a place to a pipeline, before the one of that name. */
    void addTo(ChannelPipeline pipeline, String before, PipelineStage.Place place, TunnelConnection connection) {
        for (PipelineStage stage : stages) {
            for (ChannelHandler handler : stage.handlersAt(place, connection)) {
                pipeline.addBefore(before, null, handler);
            }
        }
    }

    /**
     * Tells all stages that the tunnel has stopped. Stages are foreign code: if one fails, the others are still told.
     */
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
