package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: the system probes both legs of both programs for peers that have vanished, unless told not to; and small writes
 * leave at once.
 */
class KeepAliveTest {
    /** Collects the sockets of a tunnel, by role and place. */
    private static final class Sockets implements PipelineStage {
        final Map<String, Channel> byPlace = new ConcurrentHashMap<>();

        @Override
        public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
            if (place == Place.TUNNEL) {
                return List.of();
            }
            return List.of(new ChannelInboundHandlerAdapter() {
                @Override
                public void handlerAdded(ChannelHandlerContext ctx) {
                    byPlace.put(connection.role() + " " + place, ctx.channel());
                }
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"EPOLL, true", "EPOLL, false", "NIO, true", "NIO, false", "IO_URING, true", "IO_URING, false"})
    void asksTheSystemForProbesOnBothLegs(Transport transport, boolean wanted) throws Exception {
        Sockets sockets = new Sockets();
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                        client -> choose(client.transport(transport), wanted).stage(sockets),
                        server -> choose(server.transport(transport), wanted).stage(sockets));
                Socket application = tunnel.connect();
                Socket target = tunnel.accept()) {
            application.getOutputStream().write(1);
            assertThat(target.getInputStream().read()).isOne();
            assertThat(sockets.byPlace)
                    .containsOnlyKeys(
                            "CLIENT PLAIN_SOCKET", "CLIENT WIRE_SOCKET", "SERVER PLAIN_SOCKET", "SERVER WIRE_SOCKET");
            // The transports ask the system, and remember nothing.
            assertThat(sockets.byPlace.values())
                    .allMatch(socket -> socket.config().getOption(ChannelOption.SO_KEEPALIVE) == wanted)
                    .allMatch(socket -> socket.config().getOption(ChannelOption.TCP_NODELAY));
        }
    }

    /** Probes are the default: only their absence is asked for. */
    private static <B extends TunnelBuilder<B>> B choose(B tunnel, boolean probes) {
        return probes ? tunnel : tunnel.keepAlive(false);
    }
}
