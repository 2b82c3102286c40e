package io.saltunnel.netty.internal.limit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Caps how many accepted connections are open at once, and how many strangers are accepted beside tunnels that carry
 * data. Belongs in the pipeline of the listening channel.
 *
 * <p>At the cap it stops accepting, so that further connections wait in the system's accept queue; established ones
 * notice nothing. Where the transport has accepted some more in the same go, they wait here unregistered. When a
 * connection closes, the next is let in.
 *
 * <p>While tunnels carry data it accepts no more than its {@link AcceptBudget} allows, so that a flood of connections
 * takes a bounded share of the event loops' time; where no tunnel is busy, it accepts all there are, in goes that it
 * bounds too. Either way it waits for those it has accepted to be heard when too many were not, see {@link Newcomers}.
 * When accepting fails (no file descriptors are left), it pauses for {@link #PAUSE_AFTER_ERROR} and tries again. The
 * cap and failures are logged once a second at most. Not sharable; runs on the listening channel's event loop.
 */
public final class ConnectionLimitHandler extends ChannelInboundHandlerAdapter {
    /** How long accepting pauses after it failed. */
    public static final Duration PAUSE_AFTER_ERROR = Duration.ofMillis(100);

    private static final Duration BREATH = Duration.ofMillis(1);

    private final ServerChannelRecvByteBufAllocator accepts = new ServerChannelRecvByteBufAllocator();
    private final int maxConnections;
    private final AcceptBudget budget;
    private final LongSupplier relayedBytes;
    private final Logger log;
    private final RateLimitedWarning warning;
    private final Queue<Channel> surplus = new ArrayDeque<>();
    private final Newcomers newcomers;
    private @Nullable Future<?> pause;
    private long relayedBefore;
    private boolean busy;

    /** Raised on the listening channel's event loop alone, and never beyond the cap; lowered on any. */
    private final AtomicInteger open = new AtomicInteger();

    /**
     * A cap.
     *
     * @param maxConnections how many may be open at once, 1 or more
     * @param budget what may be accepted while tunnels carry data
     * @param relayedBytes how much the tunnels have carried so far
     * @param log where warnings go
     */
    public ConnectionLimitHandler(int maxConnections, AcceptBudget budget, LongSupplier relayedBytes, Logger log) {
        if (maxConnections < 1) {
            throw new IllegalArgumentException("at least one connection must be allowed, not " + maxConnections);
        }
        this.maxConnections = maxConnections;
        this.budget = budget;
        this.relayedBytes = relayedBytes;
        this.log = log;
        this.warning = new RateLimitedWarning();
        this.newcomers = new Newcomers(budget.mostUnheard());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        // Or epoll, which takes a descriptor for a number of bytes and finds it too small, would accept one at a time.
        accepts.respectMaybeMoreData(false);
        accepts.maxMessagesPerRead(budget.mostAtOnce());
        ctx.channel().config().setRecvByteBufAllocator(accepts);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        Channel accepted = (Channel) msg;
        budget.take();
        if (!isFull()) {
            admit(ctx, accepted);
        } else {
            surplus.add(accepted);
        }
        updateAccepting(ctx);
    }

    private void admit(ChannelHandlerContext ctx, Channel accepted) {
        open.incrementAndGet();
        accepted.closeFuture().addListener(closed -> released(ctx));
        ctx.fireChannelRead(accepted);
        newcomers.add(accepted);
    }

    private boolean isFull() {
        return open.get() >= maxConnections;
    }

    /**
     * On the accepted channel's event loop; only who leaves a place where there was none has somebody to let in, and
     * wakes the listening channel's.
     */
    private void released(ChannelHandlerContext ctx) {
        if (open.getAndDecrement() == maxConnections) {
            onItsLoop(ctx, () -> letIn(ctx));
        }
    }

    /** Once the loops end there is nobody left to let in. */
    private static void onItsLoop(ChannelHandlerContext ctx, Runnable task) {
        if (!ctx.executor().isShuttingDown()) {
            ctx.executor().execute(task);
        }
    }

    private void letIn(ChannelHandlerContext ctx) {
        if (!ctx.channel().isOpen()) {
            return; // whoever still waits is reset when this handler goes
        }
        while (!surplus.isEmpty() && !isFull()) {
            admit(ctx, surplus.remove());
        }
        newcomers.endOfGo(() -> roomMade(ctx));
        updateAccepting(ctx);
    }

    /** On the event loop of some newcomers. */
    private void roomMade(ChannelHandlerContext ctx) {
        onItsLoop(ctx, () -> {
            limitGo(ctx);
            updateAccepting(ctx);
        });
    }

    private void updateAccepting(ChannelHandlerContext ctx) {
        boolean full = isFull();
        boolean accept = !full && pause == null && roomForNewcomers();
        if (ctx.channel().config().isAutoRead() != accept) {
            ctx.channel().config().setAutoRead(accept);
            if (full && warning.isDue()) {
                log.warn(
                        "{} connections are open, the most allowed: further ones wait (raise it with -m)",
                        maxConnections);
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
    public void channelReadComplete(ChannelHandlerContext ctx) {
        newcomers.endOfGo(() -> roomMade(ctx));
        long relayed = relayedBytes.getAsLong();
        busy = relayed != relayedBefore;
        relayedBefore = relayed;
        if (busy && available(ctx) == 0) {
            pause(ctx, BREATH, () -> limitGo(ctx));
        } else {
            limitGo(ctx);
        }
        ctx.fireChannelReadComplete();
    }

    /** Of the next go. */
    private void limitGo(ChannelHandlerContext ctx) {
        int most = Math.min(budget.mostAtOnce(), newcomers.room());
        accepts.maxMessagesPerRead(Math.max(1, busy ? Math.min(most, available(ctx)) : most));
    }

    private int available(ChannelHandlerContext ctx) {
        return budget.available(ctx.executor().ticker().nanoTime());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (warning.isDue()) {
            log.warn("can't accept connections for the moment: {}", cause.getMessage());
        }
        pause(ctx, PAUSE_AFTER_ERROR, () -> {});
    }

    private void pause(ChannelHandlerContext ctx, Duration time, Runnable then) {
        if (pause == null) {
            pause = ctx.executor()
                    .schedule(
                            () -> {
                                pause = null;
                                then.run();
                                updateAccepting(ctx);
                            },
                            time.toNanos(),
                            TimeUnit.NANOSECONDS);
            updateAccepting(ctx);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (pause != null) {
            pause.cancel(false);
        }
        surplus.forEach(ConnectionLimitHandler::reset);
        surplus.clear();
    }

    /** As those are that wait in the system's queue, so that none takes it for an end of the stream. */
    private static void reset(Channel unregistered) {
        try {
            unregistered.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException e) {
            // It is closed under us.
        }
        unregistered.unsafe().closeForcibly();
    }
}
