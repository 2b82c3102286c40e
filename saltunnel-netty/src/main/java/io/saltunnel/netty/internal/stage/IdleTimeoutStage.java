package io.saltunnel.netty.internal.stage;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Resets a connection on whose plain side nothing has moved, in either direction, for a time. */
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

        /** Watches what leaves the socket, not only whole writes: a slow reader is no idle one. */
        IdleTimeoutHandler(Duration timeout) {
            super(true, 0, 0, timeout.toMillis(), TimeUnit.MILLISECONDS);
            this.timeout = timeout;
        }

        @Override
        protected void channelIdle(ChannelHandlerContext ctx, IdleStateEvent event) {
            ctx.fireExceptionCaught(new IdleTimeoutException(timeout));
        }
    }
}
