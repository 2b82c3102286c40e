package io.saltunnel.netty.internal.stage;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import io.saltunnel.netty.internal.cipher.CipherHandler;
import org.jspecify.annotations.Nullable;

/**
 * Counts the relay's writes to one side that have not reached the socket because a stage holds them back, or the cipher,
 * whose pace takes them bit by bit. Its place is next to the relay, behind all stages.
 *
 * <pre>
 *   socket ⇄ [stages and cipher, and what they hold back] ⇄ HeldWrites ⇄ relay
 * </pre>
 */
final class HeldWrites extends ChannelOutboundHandlerAdapter {
    private final Runnable moved;
    private final GenericFutureListener<Future<? super Void>> written = done -> written();
    private @Nullable ChannelHandlerContext ctx;
    private int unfinished;
    private Position before = new Position(0, 0);

    /**
     * How far the writes have come.
     *
     * @param unsent what the socket's own queue holds, with padding
     * @param sealed data that the cipher has taken
     */
    private record Position(long unsent, long sealed) {}

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

    /** Whether a write is held back. Data in the socket's own queue doesn't count: it waits for the peer. */
    boolean holds() {
        return unfinished > 0 && position().unsent() == 0;
    }

    /**
     * Whether a write that isn't complete has come further since the last call. With a slow peer, the connection isn't
     * idle. Without such a write, there is only padding in the socket's queue, which doesn't count.
     */
    boolean hasProgress() {
        Position last = before;
        before = position();
        return unfinished > 0 && !before.equals(last);
    }

    /** The pending bytes of a channel include what waits in handlers. */
    private Position position() {
        ChannelOutboundBuffer queue =
                ctx == null ? null : ctx.channel().unsafe().outboundBuffer();
        if (ctx == null || queue == null) {
            return new Position(0, 0);
        }
        long pending = queue.totalPendingWriteBytes() - queue.currentProgress();
        CipherHandler cipher = ctx.pipeline().get(CipherHandler.class);
        return cipher == null
                ? new Position(pending, 0)
                : new Position(pending - cipher.waitingBytes(), cipher.sealedBytes());
    }
}
