package io.saltunnel.netty.internal.abort;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;

/** Ends a connection so that the other end can never take what it got for a whole stream. */
public final class Abort {
    private Abort() {}

    /**
     * Resets a connection: SO_LINGER 0, then close, so that TCP sends RST and no FIN. What waits to be written is
     * dropped and fails. The close starts at the transport, past every handler of the pipeline, so that none of them
     * delays it to flush. Harmless on a closed channel. Any thread.
     *
     * @param channel the connection
     */
    public static void reset(Channel channel) {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException e) {
            // The socket is closed under us: there is nothing left to reset.
        }
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first == null) {
            channel.close();
        } else {
            first.close();
        }
    }
}
