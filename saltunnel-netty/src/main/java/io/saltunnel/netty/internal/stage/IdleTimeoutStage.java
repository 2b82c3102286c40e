package io.saltunnel.netty.internal.stage;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.saltunnel.netty.internal.deadline.Deadline;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Resets a connection if nothing has moved on its plain side, in either direction, for a time. */
public final class IdleTimeoutStage implements PipelineStage {
    private final Duration timeout;

    /**
     * A time-out.
     *
     * @param timeout a millisecond or more
     */
    public IdleTimeoutStage(Duration timeout) {
        this.timeout = timeout;
    }

    @Override
    public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
        return place == Place.PLAIN_SOCKET ? List.of(new IdleTimeoutHandler(timeout)) : List.of();
    }

    private static final class IdleTimeoutHandler extends IdleStateHandler {
        private final Duration timeout;
        private long moves;

        /** Watches the bytes that leave the socket, not only whole writes: a slow reader isn't idle. */
        IdleTimeoutHandler(Duration timeout) {
            super(true, 0, 0, timeout.toMillis(), TimeUnit.MILLISECONDS);
            this.timeout = timeout;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
            moves++;
            super.channelRead(ctx, msg);
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) throws Exception {
            moves++;
            super.write(ctx, msg, promise);
        }

        /**
         * Only after one more look: if nothing has moved because the whole process was stopped, the data that it finds
         * then isn't late.
         */
        @Override
        protected void channelIdle(ChannelHandlerContext ctx, IdleStateEvent event) {
            long movesBefore = moves;
            long unsentBefore = unsent(ctx);
            Deadline.in(ctx.executor(), Duration.ZERO, () -> {
                if (moves == movesBefore && unsent(ctx) == unsentBefore && !ctx.isRemoved()) {
                    ctx.fireExceptionCaught(new IdleTimeoutException(timeout));
                }
            });
        }

        /** Written bytes that haven't left the socket. */
        private static long unsent(ChannelHandlerContext ctx) {
            ChannelOutboundBuffer buffer = ctx.channel().unsafe().outboundBuffer();
            return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
        }
    }
}
