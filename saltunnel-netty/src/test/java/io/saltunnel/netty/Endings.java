package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.netty.stage.ConnectionSummary;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.PipelineStage.Place;
import io.saltunnel.netty.stage.TunnelConnection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Records how connections ended. */
final class Endings implements PipelineStage {
    private final BlockingQueue<ConnectionSummary> summaries = new LinkedBlockingQueue<>();

    @Override
    public List<io.netty.channel.ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
        if (place == Place.ofAcceptedSocket(connection.role())) {
            connection.whenEnded(summaries::add);
        }
        return List.of();
    }

    ConnectionSummary next() throws InterruptedException {
        ConnectionSummary summary = summaries.poll(10, TimeUnit.SECONDS);
        assertThat(summary).isNotNull();
        return summary;
    }
}
