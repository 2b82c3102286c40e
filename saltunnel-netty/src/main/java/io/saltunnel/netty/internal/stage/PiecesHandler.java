package io.saltunnel.netty.internal.stage;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.function.IntSupplier;

/**
 * Cuts written data into pieces. A traffic shaper holds back whole messages, and so sends an even flow. A piece shares
 * its memory with the message.
 */
final class PiecesHandler extends ChannelOutboundHandlerAdapter {
    private final IntSupplier pieceBytes;

    /**
     * A handler for one channel.
     *
     * @param pieceBytes the most that a piece of the next message may hold, 1 or more
     */
    PiecesHandler(IntSupplier pieceBytes) {
        this.pieceBytes = pieceBytes;
    }

    /** The promise completes with the last piece. An earlier piece that fails ends the connection, and so fails it. */
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
