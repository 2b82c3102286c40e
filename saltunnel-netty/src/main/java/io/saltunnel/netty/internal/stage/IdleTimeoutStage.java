package io.saltunnel.netty.internal.stage;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import io.saltunnel.netty.internal.deadline.Deadline;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Resets a connection on which no data has moved, in either direction, for a time. Data moves when the plain side sends
 * it, when it leaves either socket, and while a stage or the pace of the cipher holds it back. Padding doesn't count.
 *
 * <p>It has two parts: this stage goes before the other stages, and {@link #nextToRelay()} behind all of them.
 */
public final class IdleTimeoutStage implements PipelineStage {
    private final Duration timeout;
    private final Map<TunnelConnection, Movement> movements = new ConcurrentHashMap<>();

    /**
     * A stage for all connections of one tunnel.
     *
     * @param timeout a millisecond or more
     */
    public IdleTimeoutStage(Duration timeout) {
        this.timeout = timeout;
    }

    @Override
    public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
        return place == Place.PLAIN_SOCKET ? List.of(new IdleTimeoutHandler(movementOf(connection))) : List.of();
    }

    /**
     * The part that sees the data that other stages hold back.
     *
     * @return a stage to add last
     */
    public PipelineStage nextToRelay() {
        return (place, connection) -> place == Place.WIRE_SOCKET
                ? List.of()
                : List.of(movementOf(connection).addSide());
    }

    private Movement movementOf(TunnelConnection connection) {
        Movement known = movements.get(connection);
        if (known != null) {
            return known;
        }
        Movement movement = new Movement();
        movements.put(connection, movement);
        connection.whenEnded(end -> movements.remove(connection));
        return movement;
    }

    /** The number of connections that it watches. */
    int connections() {
        return movements.size();
    }

    private final class IdleTimeoutHandler extends ChannelInboundHandlerAdapter {
        private final Movement movement;
        private @Nullable Future<?> next;

        IdleTimeoutHandler(Movement movement) {
            this.movement = movement;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            movement.begin(ctx.executor());
            lookAfter(ctx, timeout.toNanos());
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            if (next != null) {
                next.cancel(false);
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            movement.moved();
            ctx.fireChannelRead(msg);
        }

        private void lookAfter(ChannelHandlerContext ctx, long nanos) {
            next = ctx.executor().schedule(() -> look(ctx), nanos, TimeUnit.NANOSECONDS);
        }

        private void look(ChannelHandlerContext ctx) {
            long left = timeout.toNanos() - movement.nanosStill();
            if (left > 0) {
                lookAfter(ctx, left);
                return;
            }
            long lastMove = movement.last();
            Deadline.in(ctx.executor(), Duration.ZERO, () -> lookOnceMore(ctx, lastMove));
        }

        /**
         * Checks again before the reset. The whole process may have been delayed, and data found now has then arrived
         * in time.
         */
        private void lookOnceMore(ChannelHandlerContext ctx, long lastMove) {
            if (ctx.isRemoved()) {
                return;
            }
            long still = movement.nanosStill();
            if (movement.last() == lastMove) {
                ctx.fireExceptionCaught(new IdleTimeoutException(timeout));
            } else {
                lookAfter(ctx, Math.max(0, timeout.toNanos() - still));
            }
        }
    }
}
