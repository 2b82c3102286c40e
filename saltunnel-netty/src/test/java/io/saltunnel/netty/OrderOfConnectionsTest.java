package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.saltunnel.netty.internal.order.ConnectOrder;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: connections arrive at the target in the order in which an application opens them, however long each handshake
 * takes. No time limit is reached here, so only the order lets a connection continue.
 */
@Timeout(60)
class OrderOfConnectionsTest {
    private final ConnectOrder order = new ConnectOrder(Duration.ofHours(1));

    /** Holds back the first connection that comes through it. */
    private static final class HeldFirst implements PipelineStage {
        final CompletableFuture<ChannelHandlerContext> held = new CompletableFuture<>();
        private final AtomicBoolean came = new AtomicBoolean();

        @Override
        public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
            if (place != Place.ofAcceptedSocket(connection.role()) || came.getAndSet(true)) {
                return List.of();
            }
            return List.of(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelActive(ChannelHandlerContext ctx) {
                    held.complete(ctx);
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO", "IO_URING"})
    void aClientConnectsInTheOrderOfItsApplications(Transport transport) throws Exception {
        HeldFirst stage = new HeldFirst();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> ordered(client.transport(transport).stage(stage)),
                        server -> server.transport(transport));
                Socket first = tunnel.connect()) {
            assertArriveInOrder(tunnel, stage, first);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EPOLL", "NIO", "IO_URING"})
    void aServerConnectsInTheOrderOfItsClients(Transport transport) throws Exception {
        HeldFirst stage = new HeldFirst();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> client.transport(transport),
                        server -> ordered(server.transport(transport).stage(stage)));
                Socket first = tunnel.connect()) {
            assertArriveInOrder(tunnel, stage, first);
        }
    }

    private void assertArriveInOrder(LoopbackTunnel tunnel, HeldFirst stage, Socket first) throws Exception {
        ChannelHandlerContext held = stage.held.get(30, TimeUnit.SECONDS);
        try (Socket second = tunnel.connect()) {
            first.getOutputStream().write(1);
            second.getOutputStream().write(2);
            Await.until("the second to wait for the first", () -> order.waiting() == 1);
            held.executor().execute(held::fireChannelActive);
            try (Socket target1 = tunnel.accept();
                    Socket target2 = tunnel.accept()) {
                assertThat(target1.getInputStream().read()).isEqualTo(1);
                assertThat(target2.getInputStream().read()).isEqualTo(2);
            }
        }
    }

    @Test
    void aPeerThatLeadsNowhereLetsTheNextGoWhenItLeaves() throws Exception {
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(client -> client, this::ordered)) {
            Socket stranger = new Socket(InetAddress.getLoopbackAddress(), tunnel.server.boundPort());
            try (Socket application = tunnel.connect()) {
                Await.until("the client to wait for the stranger", () -> order.waiting() == 1);
                stranger.setSoLinger(true, 0);
                stranger.close();
                try (Socket target = tunnel.accept()) {
                    LoopbackTunnel.echo(application, target);
                }
            }
        }
    }

    private <B extends TunnelBuilder<B>> B ordered(B builder) {
        builder.settings.connectOrder = () -> order;
        return builder;
    }
}
