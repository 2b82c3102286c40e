package io.saltunnel.cli.status;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts the bytes between client and server, next to the socket: handshakes, frames and what strangers send. Any thread. */
final class WireBytes implements PipelineStage {

    private final LongAdder sent = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final ChannelHandler counter = new Counter();

    @Override
    public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
        return place == Place.WIRE_SOCKET ? List.of(counter) : List.of();
    }

    Map<String, Long> byDirection() {
        return Map.of("sent", sent.sum(), "received", received.sum());
    }

    /** It has no state of a connection, so all share it. */
    @ChannelHandler.Sharable
    private final class Counter extends ChannelDuplexHandler {

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof ByteBuf data) {
                received.add(data.readableBytes());
            }
            ctx.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (message instanceof ByteBuf data) {
                sent.add(data.readableBytes());
            }
            ctx.write(message, promise);
        }
    }
}
