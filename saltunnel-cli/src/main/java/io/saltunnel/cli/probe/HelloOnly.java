package io.saltunnel.cli.probe;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;

/**
 * Lets the first message leave, which is the hello, and drops the others. A server connects to its target only after the
 * client's second message. Goes between the socket and the tunnel's handler.
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
