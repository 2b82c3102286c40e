package io.saltunnel.netty.internal.handshake;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.saltunnel.netty.internal.cipher.CipherHandler;
import io.saltunnel.netty.internal.cipher.PendingWrites;
import io.saltunnel.netty.stage.EndOfStream;

/**
 * The requests of the handlers behind a handshake while it runs: writes, a flush, a read. They go to the cipher, or the
 * writes fail with the handshake. Event loop only.
 */
final class HeldTraffic {
    private final PendingWrites writes;
    private boolean flushWanted;
    private boolean readWanted;

    HeldTraffic(ChannelHandlerContext ctx) {
        writes = new PendingWrites(ctx);
    }

    void write(Object msg, ChannelPromise promise) {
        writes.add(msg, promise);
    }

    void flush() {
        flushWanted = true;
    }

    void read() {
        readWanted = true;
    }

    void fail(Throwable cause) {
        writes.failAll(cause);
    }

    /** Passes on the writes, in order; nothing is sealed before the flush. */
    void passWritesTo(CipherHandler cipher, ChannelHandlerContext ctx) {
        for (ByteBuf next = writes.current(); next != null; next = writes.current()) {
            ByteBuf data = next.retain();
            cipher.write(ctx, data, writes.remove());
        }
        ChannelPromise end = writes.takeEnd();
        if (end != null) {
            cipher.write(ctx, EndOfStream.INSTANCE, end);
        }
    }

    /** Passes on the flush and the read. The handshake's own messages are flushed in any case. */
    void passRequestsTo(CipherHandler cipher, ChannelHandlerContext ctx) {
        if (flushWanted) {
            cipher.flush(ctx);
        } else {
            ctx.flush();
        }
        if (readWanted) {
            cipher.read(ctx);
        }
        // A channel within the process that answers during a flush loses the flush of later data.
        ctx.executor().execute(ctx::flush);
    }
}
