package io.saltunnel.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** A stage for both ends that collects the sockets of a tunnel's connection by role and place. */
final class TunnelSockets implements PipelineStage {
    final Map<String, Channel> byPlace = new ConcurrentHashMap<>();

    /** The socket of an established connection. */
    Channel at(String roleAndPlace) {
        return Objects.requireNonNull(byPlace.get(roleAndPlace));
    }

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
