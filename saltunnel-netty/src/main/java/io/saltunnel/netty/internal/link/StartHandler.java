package io.saltunnel.netty.internal.link;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Starts the link of an accepted connection once {@code channelActive} has passed all its stages, so that no outgoing
 * connection is made for one that a stage refuses or holds back. This is the last handler of the pipeline, and then
 * removes itself.
 */
final class StartHandler extends ChannelInboundHandlerAdapter {
    private final Runnable start;

    StartHandler(Runnable start) {
        this.start = start;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.pipeline().remove(this);
        start.run();
        ctx.fireChannelActive();
    }
}
