package io.saltunnel.netty.internal.abort;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.saltunnel.netty.stage.EndOfStream;

/**
 * Turns a written {@link EndOfStream} into FIN, behind all data written before it. Its place is on a plain side, next
 * to the socket. On a wire side, the codec does the same.
 */
@Sharable
public final class EndOfStreamHandler extends ChannelOutboundHandlerAdapter {
    /** The one instance, for all channels. */
    public static final EndOfStreamHandler INSTANCE = new EndOfStreamHandler();

    private EndOfStreamHandler() {}

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (msg == EndOfStream.INSTANCE) {
            sendFin(ctx, promise);
        } else {
            ctx.write(msg, promise);
        }
    }

    /**
     * Shuts down the output once everything that was written from this place on has reached the system. Like data, this
     * needs a flush. Runs on the channel's event loop.
     *
     * @param ctx the place in the pipeline; no write passes it after this
     * @param promise completes when FIN is on its way, or fails
     */
    public static void sendFin(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (!(ctx.channel() instanceof DuplexChannel channel)) {
            promise.tryFailure(new UnsupportedOperationException(
                    ctx.channel().getClass().getSimpleName() + " can't end one direction alone; close it instead"));
            return;
        }
        ctx.write(Unpooled.EMPTY_BUFFER).addListener((ChannelFuture written) -> {
            if (written.isSuccess()) {
                channel.shutdownOutput().addListener((ChannelFuture ended) -> complete(promise, ended));
            } else {
                complete(promise, written);
            }
        });
    }

    private static void complete(ChannelPromise promise, ChannelFuture as) {
        if (as.isSuccess()) {
            promise.trySuccess();
        } else {
            promise.tryFailure(as.cause());
        }
    }
}
