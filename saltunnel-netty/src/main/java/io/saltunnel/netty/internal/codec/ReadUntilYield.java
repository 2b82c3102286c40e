package io.saltunnel.netty.internal.codec;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;

/**
 * A handler that may keep all data of a read, such as a part of a frame. With {@code autoRead} off, if a requested read
 * yields nothing for the next handler, this requests another read, because no other handler knows that one is missing.
 * Runs on the channel's event loop.
 */
public abstract class ReadUntilYield extends ChannelDuplexHandler {
    private boolean readWanted;

    /** A handler for which no read is requested yet. */
    protected ReadUntilYield() {}

    /**
     * Passes data on, which fulfils the requested read.
     *
     * @param ctx the handler's place in the pipeline
     * @param msg the data; this takes ownership
     */
    protected final void yieldRead(ChannelHandlerContext ctx, Object msg) {
        readWanted = false;
        ctx.fireChannelRead(msg);
    }

    /** Requests another read at the end of the current one, even if no other handler requests it. */
    protected final void readOn() {
        readWanted = true;
    }

    /** Requests no more reads, because none can yield data. */
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
