package io.saltunnel.examples.stage;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.io.IOException;
import java.util.List;

/** Resets a connection that brings more bytes than the quota on the plain side. */
// @start region="stage"
public final class QuotaStage implements PipelineStage {
    private final long maxBytes;

    public QuotaStage(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
        return place == Place.PLAIN_SOCKET ? List.of(new Quota()) : List.of();
    }

    private final class Quota extends ChannelInboundHandlerAdapter {
        private long received;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            received += ((ByteBuf) msg).readableBytes();
            ctx.fireChannelRead(msg);
            if (received > maxBytes) {
                ctx.fireExceptionCaught(new IOException("more than " + maxBytes + " bytes"));
            }
        }
    }
}
// @end
