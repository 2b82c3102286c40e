package io.saltunnel.cli.probe;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;

/**
 * Sends the client's first message, the hello, and drops all later ones. A server connects to its target only after the
 * client's second message. Belongs between the socket and the tunnel's handler.
 */
public final class HelloOnly extends ChannelOutboundHandlerAdapter {
    private boolean sent;

    /** A handler for one channel. */
    public HelloOnly() {}

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (sent) {
            ReferenceCountUtil.release(message);
            promise.trySuccess();
        } else {
            sent = true;
            ctx.write(message, promise);
        }
    }
}
