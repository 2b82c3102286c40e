package io.saltunnel.netty.internal.stage;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import io.netty.util.concurrent.Future;
import io.saltunnel.netty.internal.transport.DomainSockets;
import io.saltunnel.netty.internal.transport.SystemOption;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import io.saltunnel.netty.stage.TunnelConnection.Role;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes the system give up the wire connection if the peer has acknowledged nothing for a time (TCP_USER_TIMEOUT), on
 * Linux's native transports. Without it, the system takes some 16 minutes after data was sent into a dead path.
 *
 * <p>Linux (since 5.11) also counts the time while the peer's window is closed, even if the peer answers each probe of
 * that window. So a tunnel would be reset only because its application pauses. To prevent that, the time-out is off
 * while the window is closed and the peer answers.
 *
 * <pre>
 *   on ── window closed, probes answered ──▶ off ── window open, or two probes unanswered ──▶ on
 * </pre>
 */
public final class UserTimeoutStage implements PipelineStage {
    /** The number of checks before the system gives up, so that a closed window is noticed in time. */
    private static final int LOOKS_PER_TIMEOUT = 4;

    private final int timeoutMillis;

    /**
     * A stage for all connections of one tunnel.
     *
     * @param timeout from 1 ms to {@link Integer#MAX_VALUE} ms
     */
    public UserTimeoutStage(Duration timeout) {
        timeoutMillis = Math.toIntExact(timeout.toMillis());
    }

    @Override
    public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
        return place == Place.WIRE_SOCKET ? List.of(new Watch(connection.role())) : List.of();
    }

    /** Watches one connection. It is a handler only to learn of the connection's start and end, and handles no data. */
    private final class Watch extends ChannelHandlerAdapter implements Runnable {
        private @Nullable ChannelHandlerContext ctx;
        private @Nullable Future<?> looks;
        private final Role role;
        private boolean on;

        Watch(Role role) {
            this.role = role;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            if (DomainSockets.isOne(context.channel())) {
                return; // a UNIX domain socket has no acknowledgements: the system knows when the peer is gone
            }
            ctx = context;
            switch (role) {
                case CLIENT -> turn(context.channel(), true);
                case SERVER -> on = SystemOption.USER_TIMEOUT.isKnownTo(context.channel()); // set when it was accepted
            }
            if (on) {
                long period = Math.max(1, timeoutMillis / LOOKS_PER_TIMEOUT);
                looks = context.executor().scheduleWithFixedDelay(this, period, period, TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            if (looks != null) {
                looks.cancel(false);
            }
        }

        @Override
        public void run() {
            Channel wire = ctx == null ? null : ctx.channel();
            if (wire != null && wire.isOpen()) {
                boolean wanted = !TcpState.of(wire).hasClosedWindowOfLivePeer();
                if (wanted != on) {
                    turn(wire, wanted);
                }
            }
        }

        /**
         * Switches the time-out. The system may refuse on a connection that the peer has reset; the next read reports
         * that.
         */
        private void turn(Channel wire, boolean wanted) {
            try {
                on = SystemOption.USER_TIMEOUT.set(wire, wanted ? timeoutMillis : 0) && wanted;
            } catch (ChannelException e) {
                on = false;
            }
        }
    }

    /** The fields of Linux's {@code tcp_info} that distinguish a closed window from a dead path. */
    private record TcpState(int unansweredProbes, int backoff, int unacknowledged) {
        private static final ChannelOption<ByteBuffer> TCP_INFO = new RawUnixChannelOption("TCP_INFO", 6, 11, 28);
        private static final int PROBES_AT = 3;
        private static final int BACKOFF_AT = 4;
        private static final int UNACKNOWLEDGED_AT = 24;
        private static final int DEAD_AFTER_PROBES = 2;

        static TcpState of(Channel wire) {
            try {
                ByteBuffer info = wire.config().getOption(TCP_INFO);
                return new TcpState(
                        info.get(PROBES_AT),
                        info.get(BACKOFF_AT),
                        info.order(ByteOrder.nativeOrder()).getInt(UNACKNOWLEDGED_AT));
            } catch (ChannelException e) { // the connection is over
                return new TcpState(0, 0, 0);
            }
        }

        /** Whether nothing is unacknowledged, data waits to be sent, and the peer answers the probes of its window. */
        boolean hasClosedWindowOfLivePeer() {
            return unacknowledged == 0 && backoff > 0 && unansweredProbes < DEAD_AFTER_PROBES;
        }
    }
}
