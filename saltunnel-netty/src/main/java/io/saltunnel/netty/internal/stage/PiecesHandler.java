package io.saltunnel.netty.internal.stage;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.function.IntSupplier;

/**
 * Cuts written data into pieces, so that a traffic shaper, which delays whole messages, sends an even flow. A piece
 * shares its memory with the message.
 */
final class PiecesHandler extends ChannelOutboundHandlerAdapter {
    private final IntSupplier pieceBytes;

    /**
     * A handler for one channel.
     *
     * @param pieceBytes the most bytes in a piece of the next message, 1 or more
     */
    PiecesHandler(IntSupplier pieceBytes) {
        this.pieceBytes = pieceBytes;
    }

    /**
     * The promise completes with the last piece. If an earlier piece fails, that ends the connection, so the last piece
     * fails too.
     */
    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        int most = pieceBytes.getAsInt();
        if (!(msg instanceof ByteBuf bytes) || bytes.readableBytes() <= most) {
            ctx.write(msg, promise);
            return;
        }
        while (bytes.readableBytes() > most) {
            ctx.write(bytes.readRetainedSlice(most), ctx.voidPromise());
        }
        ctx.write(bytes, promise);
    }
}
