package io.saltunnel.it.soak;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/** The target's end of one connection. */
final class Target extends End {
    private @Nullable ByteBuf header;
    private boolean begun;

    Target(Tally tally) {
        super(tally);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        header = ctx.alloc().buffer(Plan.HEADER_BYTES);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (header != null) {
            header.release();
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
        if (!begun && header != null) {
            int missing = Plan.HEADER_BYTES - header.readableBytes();
            header.writeBytes(bytes, Math.min(missing, bytes.readableBytes()));
            if (header.readableBytes() < Plan.HEADER_BYTES) {
                return;
            }
            begun = true;
            begin(ctx, Plan.decode(header), false);
        }
        if (bytes.isReadable()) {
            super.channelRead0(ctx, bytes);
        }
    }

    @Override
    void completed(Plan done) {
        // The application does the counting.
    }
}
