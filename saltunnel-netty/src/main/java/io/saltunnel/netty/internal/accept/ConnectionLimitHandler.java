package io.saltunnel.netty.internal.accept;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.saltunnel.netty.internal.admission.TunnelSlots;
import io.saltunnel.netty.internal.log.RateLimitedWarning;
import io.saltunnel.netty.internal.order.ConnectOrder;
import io.saltunnel.netty.metrics.TunnelEvents;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;

/**
 * Caps how many accepted connections of a client's listening channel are open at once. (A server's cap counts
 * connections that proved the key: {@link TunnelSlots}.)
 *
 * <p>At the cap it stops accepting, so that further connections wait in the system's accept queue. Established
 * connections are not affected. If the transport has accepted more in the same batch, those wait here unregistered.
 * When a connection closes, the next one is let in. After a failed accept it {@linkplain AcceptPause pauses}. Reaching
 * the cap is logged at most once per second. Not sharable; runs on the listening channel's event loop.
 */
public final class ConnectionLimitHandler extends ChannelInboundHandlerAdapter {
    /** The most connections accepted before the event loop turns to its other channels. */
    static final int BATCH = 64;

    private final ConnectionCap cap;
    private final TunnelEvents events;
    private final ConnectOrder order;
    private final Logger log;
    private final RateLimitedWarning warning = new RateLimitedWarning();
    private final Queue<Channel> surplus = new ArrayDeque<>();
    private final AcceptPause pause;

    /**
     * Raised only on the listening channel's event loop, and never beyond the current cap. Lowered on any event loop.
     */
    private final AtomicInteger open = new AtomicInteger();

    /**
     * Counts from zero, and accepts.
     *
     * @param cap the most connections open at once; may change later
     * @param events is told when accepting pauses and resumes
     * @param order gives each connection its turn, in the order in which they are let in
     * @param log where warnings go
     */
    public ConnectionLimitHandler(ConnectionCap cap, TunnelEvents events, ConnectOrder order, Logger log) {
        this.cap = cap;
        this.events = events;
        this.order = order;
        this.log = log;
        this.pause = new AcceptPause(log);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        AcceptBatches.of(ctx.channel()).limit(BATCH);
        cap.whenChanged(() -> letInSoon(ctx));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        Channel accepted = (Channel) msg;
        if (isFull()) {
            surplus.add(accepted);
        } else {
            admit(ctx, accepted);
        }
        updateAccepting(ctx);
    }

    private void admit(ChannelHandlerContext ctx, Channel accepted) {
        open.incrementAndGet();
        accepted.closeFuture().addListener(closed -> released(ctx));
        order.enter(accepted);
        ctx.fireChannelRead(accepted);
    }

    private boolean isFull() {
        return open.get() >= cap.max();
    }

    /**
     * Runs on the accepted channel's event loop. Only a connection that closes at the cap lets another one in, and
     * wakes the listening channel's event loop for that. Once the loops end, there is nothing to let in.
     */
    private void released(ChannelHandlerContext ctx) {
        if (open.getAndDecrement() == cap.max()) {
            letInSoon(ctx);
        }
    }

    private void letInSoon(ChannelHandlerContext ctx) {
        try {
            if (!ctx.executor().isShuttingDown()) {
                ctx.executor().execute(() -> letIn(ctx));
            }
        } catch (RejectedExecutionException e) {
            log.trace("{}: its event loop has ended", ctx.channel());
        }
    }

    private void letIn(ChannelHandlerContext ctx) {
        if (!ctx.channel().isOpen()) {
            return; // handlerRemoved resets the connections that still wait
        }
        while (!surplus.isEmpty() && !isFull()) {
            admit(ctx, surplus.remove());
        }
        updateAccepting(ctx);
    }

    private void updateAccepting(ChannelHandlerContext ctx) {
        boolean full = isFull();
        boolean accept = !full && !pause.isOn();
        if (ctx.channel().config().isAutoRead() != accept) {
            ctx.channel().config().setAutoRead(accept);
            if (accept) {
                events.acceptingResumed();
            } else {
                events.acceptingPaused();
            }
            if (full) {
                warning.warn(
                        log,
                        "{} connections are open, the most allowed: further ones wait (raise maxConnections)",
                        cap.max());
            }
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        pause.afterError(ctx, cause, () -> updateAccepting(ctx));
        updateAccepting(ctx);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        pause.cancel();
        warning.flush();
        surplus.forEach(ConnectionLimitHandler::reset);
        surplus.clear();
    }

    /**
     * Resets the connection, as the system does with those in its accept queue, so that the peer doesn't see an orderly
     * end.
     */
    private static void reset(Channel unregistered) {
        try {
            unregistered.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException e) {
            // The socket is closed already.
        }
        unregistered.unsafe().closeForcibly();
    }
}
