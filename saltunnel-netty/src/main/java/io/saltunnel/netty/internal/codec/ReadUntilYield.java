package io.saltunnel.netty.internal.codec;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;

/**
 * A handler that may keep everything that a read brought, such as a part of a frame. With {@code autoRead} off, a
 * requested read that yields nothing for the next handler is followed by another one: nobody else would know that one is
 * missing. Runs on the channel's event loop.
 */
public abstract class ReadUntilYield extends ChannelDuplexHandler {
    private boolean readWanted;

    /** No read is requested yet. */
    protected ReadUntilYield() {}

    /**
     * Passes data on, which answers the read that was requested.
     *
     * @param ctx the handler's place in the pipeline
     * @param msg the data; this takes ownership
     */
    protected final void yieldRead(ChannelHandlerContext ctx, Object msg) {
        readWanted = false;
        ctx.fireChannelRead(msg);
    }

    /** Asks for reads from the end of this one on, whether another handler wants one or not. */
    protected final void readOn() {
        readWanted = true;
    }

    /** No read can bring anything any more. */
    protected final void readNoMore() {
        readWanted = false;
    }

    @Override
    public final void read(ChannelHandlerContext ctx) {
        readWanted = true;
        ctx.read();
    }

    @Override
    public final void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        if (readWanted && !ctx.channel().config().isAutoRead()) {
            ctx.read();
        }
    }
}
