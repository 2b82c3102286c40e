package io.saltunnel.netty.internal.cipher;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.saltunnel.netty.internal.deadline.Deadline;
import java.time.Duration;

/**
 * Closes a channel once everything written before has left, or after {@link #TIMEOUT} and what sealing takes if the peer
 * doesn't read. Closes
 * on every path. Event loop only.
 */
final class OrderlyClose {
    static final Duration TIMEOUT = Duration.ofSeconds(3);

    private final ChannelHandlerContext ctx;

    /** Not the caller's promise, because cancelling that would leave the channel open. */
    private final ChannelPromise closed;

    /**
     * A close that hasn't begun.
     *
     * @param ctx the place in the pipeline from which the channel is closed
     * @param promise completes with the close
     */
    OrderlyClose(ChannelHandlerContext ctx, ChannelPromise promise) {
        this.ctx = ctx;
        this.closed = ctx.newPromise();
        closed.addListener(done -> {
            if (done.isSuccess()) {
                promise.trySuccess();
            } else {
                promise.tryFailure(done.cause());
            }
        });
    }

    /** Another caller wants the channel closed. */
    void alsoTell(ChannelPromise promise) {
        closed.addListener(done -> ctx.close(promise));
    }

    /** Begins. Returns whether the caller has to flush the queue: false if the channel is closed already. */
    boolean after(SealQueue queue, Duration timeToSeal) {
        try {
            Deadline deadline = Deadline.in(ctx.executor(), TIMEOUT.plus(timeToSeal), () -> ctx.close(closed));
            queue.whenWritten(written -> {
                if (deadline.callOff()) {
                    ctx.close(closed);
                }
            });
            return true;
        } catch (RuntimeException | Error e) { // for example on an event loop that is being shut down
            ctx.close(closed);
            return false;
        }
    }
}
