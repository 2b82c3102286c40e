package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.PipelineStage.Place;
import io.saltunnel.netty.stage.TunnelConnection;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stages of one's own: where they are asked for, how they are found, and what becomes of their faults. */
@Timeout(60)
class CustomStageTest {
    @Test
    void asksAStageForEachPlaceOnce() throws Exception {
        List<Place> asked = new CopyOnWriteArrayList<>();
        PipelineStage spy = (place, connection) -> {
            asked.add(place);
            return List.of();
        };
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client.stage(spy), UnaryOperator.identity());
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            LoopbackTunnel.echo(application, target);
            assertThat(asked).containsExactly(Place.PLAIN_SOCKET, Place.WIRE_SOCKET, Place.TUNNEL);
            assertThat(Set.copyOf(asked)).isEqualTo(EnumSet.allOf(Place.class));
        }
    }

    @Test
    void loadsAStageByItsName() throws Exception {
        PipelineStage banner = PipelineStage.load("banner", "hello");
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client.stage(banner), UnaryOperator.identity());
                Socket application = tunnel.connect()) {
            assertThat(application.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
        }
    }

    @Test
    void saysWhichStagesThereAre() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PipelineStage.load("bannner", ""))
                .withMessage("there is no stage 'bannner'; there are: banner");
    }

    @Test
    void aStageThatFailsCostsItsConnectionOnly() throws Exception {
        for (Place failing : Place.values()) {
            PipelineStage faulty = (place, connection) -> {
                if (place == failing) {
                    throw new IllegalStateException("a stage that fails, to see what becomes of it");
                }
                return List.of();
            };
            try (LoopbackTunnel tunnel =
                    LoopbackTunnel.with(client -> client.stage(faulty), server -> server.stage(faulty))) {
                assertThat(tunnel.turnsAway()).isTrue();
                tunnel.client.stop(Duration.ofSeconds(50)).get(30, TimeUnit.SECONDS);
                assertThat(tunnel.client.stats().open()).isZero();
            }
        }
    }

    @Test
    void tellsAStageThatItsTunnelHasStopped() throws Exception {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        PipelineStage stage = new PipelineStage() {
            @Override
            public List<io.netty.channel.ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
                return List.of();
            }

            @Override
            public void tunnelStopped() {
                stopped.complete(null);
            }
        };
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client.stage(stage), UnaryOperator.identity())) {
            assertThat(stopped).isNotDone();
            tunnel.client.close();
            assertThat(stopped).isDone();
        }
    }
}
