package io.saltunnel.netty.internal.accept;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.saltunnel.netty.internal.order.ConnectOrder;
import io.saltunnel.netty.metrics.TunnelEvents;
import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Limits how fast a server's listening channel accepts connections, none of which has proved the key yet.
 *
 * <p>While tunnels carry data it accepts no more than its {@link AcceptBudget} allows, so that a flood of connections
 * takes a bounded share of the event loops' time. While no tunnel carries data it accepts every connection there is, in
 * bounded batches. In both cases it waits while too many {@linkplain Newcomers newcomers} were accepted and not read
 * from yet. After a failed accept it {@linkplain AcceptPause pauses}. Not sharable; runs on the listening channel's
 * event loop.
 */
public final class AcceptPacingHandler extends ChannelInboundHandlerAdapter {
    private static final Duration REFILL = Duration.ofMillis(1);

    private final AcceptBudget budget;
    private final LongSupplier relayedBytes;
    private final TunnelEvents events;
    private final ConnectOrder order;
    private final Newcomers newcomers;
    private final AcceptPause pause;
    private @Nullable AcceptBatches batches;
    private long relayedBefore;
    private boolean busy;

    /**
     * Paces the acceptance of one listening channel.
     *
     * @param budget what may be accepted while tunnels carry data
     * @param relayedBytes the bytes that the tunnels have carried so far
     * @param events is told when accepting pauses and resumes
     * @param order gives each connection its turn, in the order of acceptance
     * @param log where warnings go
     */
    public AcceptPacingHandler(
            AcceptBudget budget, LongSupplier relayedBytes, TunnelEvents events, ConnectOrder order, Logger log) {
        this.budget = budget;
        this.relayedBytes = relayedBytes;
        this.events = events;
        this.order = order;
        this.newcomers = new Newcomers(budget::maxNewcomers);
        this.pause = new AcceptPause(log);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        batches = AcceptBatches.of(ctx.channel());
        batches.limit(budget.maxBatch());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        Channel accepted = (Channel) msg;
        budget.take();
        order.enter(accepted);
        ctx.fireChannelRead(accepted);
        newcomers.add(accepted);
        updateAccepting(ctx);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        newcomers.endOfBatch(() -> roomMade(ctx));
        long relayed = relayedBytes.getAsLong();
        busy = relayed != relayedBefore;
        relayedBefore = relayed;
        if (busy && available(ctx) == 0) {
            pause.begin(ctx, REFILL, () -> {
                limitBatch(ctx);
                updateAccepting(ctx);
            });
            updateAccepting(ctx);
        } else {
            limitBatch(ctx);
        }
        ctx.fireChannelReadComplete();
    }

    /** Runs on an event loop of some newcomers. Once the loops end, there is nothing to accept. */
    private void roomMade(ChannelHandlerContext ctx) {
        if (!ctx.executor().isShuttingDown()) {
            ctx.executor().execute(() -> {
                limitBatch(ctx);
                updateAccepting(ctx);
            });
        }
    }

    private void limitBatch(ChannelHandlerContext ctx) {
        int most = Math.min(budget.maxBatch(), newcomers.room());
        Objects.requireNonNull(batches).limit(Math.max(1, busy ? Math.min(most, available(ctx)) : most));
    }

    private int available(ChannelHandlerContext ctx) {
        return budget.available(ctx.executor().ticker().nanoTime());
    }

    private void updateAccepting(ChannelHandlerContext ctx) {
        boolean accept = !pause.isOn() && roomForNewcomers();
        if (ctx.channel().config().isAutoRead() != accept) {
            ctx.channel().config().setAutoRead(accept);
            if (accept) {
                events.acceptingResumed();
            } else {
                events.acceptingPaused();
            }
        }
    }

    private boolean roomForNewcomers() {
        if (newcomers.room() == 0) {
            newcomers.waitForRoom();
        }
        return newcomers.room() > 0;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        pause.afterError(ctx, cause, () -> updateAccepting(ctx));
        updateAccepting(ctx);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        pause.cancel();
    }
}
