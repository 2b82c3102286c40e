package io.saltunnel.netty.internal.abort;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipelineException;

/** Ends a connection so that the other end can never take what it got for a whole stream. */
public final class Abort {
    private Abort() {}

    /**
     * Resets a connection: SO_LINGER 0, then close, so that TCP sends RST and no FIN. What waits to be written is
     * dropped and fails. The close starts at the transport, past every handler of the pipeline, so that none of them
     * delays it to flush. Harmless on a closed channel. Any thread.
     *
     * <p>A UNIX domain socket and a channel within the process have no RST: the other end sees the end of the stream.
     *
     * @param channel the connection
     */
    public static void reset(Channel channel) {
        if (!channel.isOpen()) {
            return;
        }
        makeCloseAReset(channel);
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first == null) {
            channel.close();
        } else {
            first.close();
        }
    }

    /**
     * Makes sure that the connection ends with RST whoever closes it, as a handler may that is about to be told of a
     * fault. Harmless on a closed channel. Any thread.
     *
     * @param channel the connection, which stays open
     */
    public static void makeCloseAReset(Channel channel) {
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException e) {
            // The socket is closed under us: there is nothing left to reset.
        }
    }

    /**
     * A handler without which data would leave in the clear was removed. If its channel is open, resets the connection
     * and tells the handlers behind. On the channel's event loop.
     *
     * @param ctx the place in the pipeline that the handler had
     */
    public static void removed(ChannelHandlerContext ctx) {
        if (ctx.channel().isOpen()) {
            reset(ctx.channel());
            ctx.fireExceptionCaught(new ChannelPipelineException(
                    ctx.name() + " was removed from an open channel, so the connection was reset"));
        }
    }
}
