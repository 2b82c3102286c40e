package io.saltunnel.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Begins what an accepted connection is for once {@code channelActive} has come through all of its stages: a stage that
 * refuses or holds back a connection costs no outgoing one. The last handler; leaves when it has done so.
 */
final class StartHandler extends ChannelInboundHandlerAdapter {
    private final Link link;

    StartHandler(Link link) {
        this.link = link;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.pipeline().remove(this);
        link.begin();
        ctx.fireChannelActive();
    }
}
