package io.saltunnel.netty.internal.order;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Gives accepted connections their place in a {@link ConnectOrder}; stands after the cap in a listening channel's
 * pipeline.
 */
public final class OrderHandler extends ChannelInboundHandlerAdapter {
    private final ConnectOrder order;

    /**
     * A handler for one listening channel.
     *
     * @param order the tunnel's order
     */
    public OrderHandler(ConnectOrder order) {
        this.order = order;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        order.enter((Channel) msg);
        ctx.fireChannelRead(msg);
    }
}
