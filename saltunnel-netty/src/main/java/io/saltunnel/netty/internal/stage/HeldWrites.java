package io.saltunnel.netty.internal.stage;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import org.jspecify.annotations.Nullable;

/**
 * Counts the relay's writes to one side that have not reached the socket because a stage holds them back. Its place is
 * next to the relay, behind all stages.
 *
 * <pre>
 *   socket ⇄ [stages, and what they hold back] ⇄ HeldWrites ⇄ relay
 * </pre>
 */
final class HeldWrites extends ChannelOutboundHandlerAdapter {
    private final Runnable moved;
    private final GenericFutureListener<Future<? super Void>> written = done -> written();
    private @Nullable ChannelHandlerContext ctx;
    private int unfinished;
    private long unsentBefore;

    /**
     * A handler for one side.
     *
     * @param moved runs when a write has completed
     */
    HeldWrites(Runnable moved) {
        this.moved = moved;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    /** The connection is closed. A client may connect to another server in its place. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        ctx = null;
    }

    @Override
    public void write(ChannelHandlerContext context, Object msg, ChannelPromise promise) {
        unfinished++;
        context.write(msg, promise.unvoid().addListener(written));
    }

    private void written() {
        unfinished--;
        moved.run();
    }

    /** Whether a stage holds a write back. Data in the socket's own queue doesn't count: it waits for the peer. */
    boolean holds() {
        return unfinished > 0 && unsent() == 0;
    }

    /** Whether the socket's own queue has changed since the last call. With a slow peer, the connection isn't idle. */
    boolean hasProgress() {
        long before = unsentBefore;
        unsentBefore = unsent();
        return unsentBefore != before;
    }

    private long unsent() {
        ChannelOutboundBuffer queue =
                ctx == null ? null : ctx.channel().unsafe().outboundBuffer();
        return queue == null ? 0 : queue.totalPendingWriteBytes() - queue.currentProgress();
    }
}
