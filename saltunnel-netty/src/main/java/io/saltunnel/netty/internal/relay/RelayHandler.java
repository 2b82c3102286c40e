package io.saltunnel.netty.internal.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.abort.FinishedStreams;
import io.saltunnel.netty.stage.EndOfStream;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The last handler of either side of a relay. It writes the data that it reads to its partner, and requests more only
 * once its partner's connection has accepted that data. So {@code autoRead} must be off, and memory stays within the
 * water marks of one connection per direction.
 *
 * <p>The end of the stream read here is written to the partner as an {@link EndOfStream}, which becomes FIN behind all
 * data before it; the other direction continues. Any other end of the connection resets both connections, when its
 * {@link Pair} decides so. Data that arrives before the relay has started is kept: one read at most, unless the
 * transport read more than was requested. Not sharable; runs on the relay's event loop.
 *
 * <pre>
 *   OPEN ── end of stream ──▶ ENDED ── written to the partner's connection ──▶ DELIVERED
 *    ├── this connection broke ──▶ DRAINING ──┬── nothing is left to read ──▶ DRAINED
 *    │                                        └── both authenticated ends are read ──▶ ENDED
 *    └── the partner's broke ──▶ IGNORED
 * </pre>
 */
public final class RelayHandler extends ChannelInboundHandlerAdapter {
    private enum Inbound {
        /** Data may arrive. */
        OPEN,
        /**
         * The end of the stream has arrived: FIN, or in version 2 the sealed end. It may not be written to the partner
         * yet.
         */
        ENDED,
        /** The end of the stream is written to the partner's connection, behind all data. */
        DELIVERED,
        /**
         * The connection is broken. The data that the system still holds is passed on, but the end of that data doesn't
         * count as an end of the stream.
         */
        DRAINING,
        /** No more data arrives, without an end of the stream. */
        DRAINED,
        /** The partner can't accept data any more. */
        IGNORED
    }

    /** The pair that a handler belongs to. It decides about the events of each side. */
    interface Pair {
        /** Both connections are closed or closing. */
        boolean isEnded();

        /** The connection of a side can't be written to any more, or the system has reported its failure. */
        void broke(RelayHandler side, Throwable cause);

        /** The connection of a side was closed, without an end of its stream. */
        void closed(RelayHandler side);

        /** A failure in a side's handler, or in one before it. */
        void failed(RelayHandler side, Throwable cause);

        /** The end of the stream that a side has read is on its way on the other side. */
        void delivered(RelayHandler side);

        /**
         * The data of a broken side included the authenticated end, and both streams have ended: the failure means
         * nothing.
         */
        void recovered(RelayHandler side);

        /** All data that a broken side still held has been given to the other side's system. */
        void salvaged(RelayHandler side);
    }

    private final Pair relay;
    private final LongAdder bytesRead;
    private @Nullable Queue<Object> early;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable RelayHandler partner;
    private Inbound inbound = Inbound.OPEN;
    private boolean reading;
    private long received;

    RelayHandler(Pair relay, LongAdder bytesRead) {
        this.relay = relay;
        this.bytesRead = bytesRead;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        dropEarly();
        relay.closed(this);
    }

    // ---- starting

    void join(RelayHandler other) {
        partner = other;
        context().channel().config().setAutoClose(false); // after a failed write there may still be data to read
    }

    boolean isJoined() {
        return partner != null;
    }

    void begin() {
        Queue<Object> kept = early;
        early = null;
        if (kept != null) {
            kept.forEach(
                    msg -> partner().context().write(msg, partner().context().voidPromise()));
            partner().context().flush();
        }
        if (inbound == Inbound.ENDED) {
            deliverEnd();
        } else {
            readOn();
        }
    }

    // ---- data

    @Override
    public void channelRead(ChannelHandlerContext context, Object msg) {
        if (relay.isEnded() || !passesOn()) {
            ReferenceCountUtil.release(msg);
            return;
        }
        if (msg instanceof ByteBuf bytes) {
            bytesRead.add(bytes.readableBytes());
            received += bytes.readableBytes();
        }
        if (partner == null) {
            if (early == null) {
                early = new ArrayDeque<>(2);
            }
            early.add(msg);
        } else {
            ChannelHandlerContext to = partner.context();
            to.write(msg, to.voidPromise());
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (partner != null && !relay.isEnded()) {
            partner.context().flush();
            readOn();
        }
    }

    private boolean passesOn() {
        return switch (inbound) {
            case OPEN, DRAINING -> true;
            case ENDED, DELIVERED, DRAINED, IGNORED -> false;
        };
    }

    /** Requests more data as soon as the partner's connection is writable. */
    private void readOn() {
        if (passesOn() && !relay.isEnded()) {
            reading = partner().context().channel().isWritable();
            if (reading) {
                context().read();
            }
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (partner != null && !partner.reading && context.channel().isWritable()) {
            partner.readOn();
        }
        context.fireChannelWritabilityChanged();
    }

    // ---- the end

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded();
        }
        context.fireUserEventTriggered(event);
    }

    private void inputEnded() {
        switch (inbound) {
            case OPEN -> {
                if (outputFailed()) {
                    relay.broke(this, connectionReset(null)); // this calls drain()
                    drained();
                } else {
                    inbound = Inbound.ENDED;
                    if (partner != null) {
                        deliverEnd();
                    }
                }
            }
            case DRAINING -> {
                if (isFinished()) {
                    relay.recovered(this);
                    inbound = Inbound.ENDED;
                    deliverEnd();
                } else {
                    drained();
                }
            }
            case ENDED, DELIVERED, DRAINED, IGNORED -> {}
        }
    }

    /**
     * Whether a write has failed unreported. The system reports a reset once: if a write got the report, a later read
     * sees only an end.
     */
    private boolean outputFailed() {
        return partner != null
                && partner.inbound == Inbound.OPEN
                && context().channel() instanceof DuplexChannel duplex
                && duplex.isOutputShutdown();
    }

    private void deliverEnd() {
        writeAndThen(EndOfStream.INSTANCE, this::endDelivered);
    }

    private void endDelivered() {
        if (inbound == Inbound.ENDED) {
            inbound = Inbound.DELIVERED;
            relay.delivered(this);
        }
    }

    /**
     * Writes a message behind all data so far, flushes, and continues when the partner's connection has accepted it.
     */
    private void writeAndThen(Object message, Runnable then) {
        partner().context().writeAndFlush(message).addListener((ChannelFuture written) -> {
            if (written.isSuccess()) {
                then.run();
            } else {
                partner().failed(connectionReset(written.cause()));
            }
        });
    }

    // ---- the end of a connection that broke

    /** Passes on the data that the system still holds for this connection, and then tells the relay. */
    void drain() {
        switch (inbound) {
            case OPEN -> {
                inbound = Inbound.DRAINING;
                readOn();
            }
            case DELIVERED -> {
                Abort.reset(context().channel());
                relay.salvaged(this);
            }
            case ENDED -> Abort.reset(context().channel()); // the partner still gets the end of the stream
            case DRAINING, DRAINED, IGNORED -> {}
        }
    }

    /** No more data can arrive from this connection. Does nothing if that was known. */
    void drained() {
        if (inbound == Inbound.DRAINING) {
            inbound = Inbound.DRAINED;
            Abort.reset(context().channel()); // otherwise the event loop would be told of the failure again and again
            writeAndThen(Unpooled.EMPTY_BUFFER, () -> relay.salvaged(this));
        }
    }

    /** From now on, data that arrives here is dropped. */
    void ignoreInput() {
        if (inbound != Inbound.DELIVERED) { // no data can arrive after the end
            inbound = Inbound.IGNORED;
        }
    }

    /** The cause of a failure. Netty reports a connection that the system has given up as "not yet connected". */
    private static Throwable connectionReset(@Nullable Throwable cause) {
        return cause == null || cause instanceof NotYetConnectedException
                ? new IOException("Connection reset by peer", cause)
                : cause;
    }

    long received() {
        return received;
    }

    boolean isDelivered() {
        return inbound == Inbound.DELIVERED;
    }

    /** Both streams of this connection have an authenticated end: it may close while the other one still delivers. */
    boolean isFinished() {
        return FinishedStreams.isMarked(context().channel());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failed(cause);
    }

    /** Reports a broken connection, or a failure of any other kind. */
    private void failed(Throwable cause) {
        if (cause instanceof IOException) {
            relay.broke(this, cause);
        } else {
            relay.failed(this, cause);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        relay.closed(this);
        context.fireChannelInactive();
    }

    private void dropEarly() {
        if (early != null) {
            early.forEach(ReferenceCountUtil::release);
            early = null;
        }
    }

    // ---- parts

    Optional<Channel> channel() {
        return Optional.ofNullable(ctx).map(ChannelHandlerContext::channel);
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx, "not in a pipeline");
    }

    private RelayHandler partner() {
        return Objects.requireNonNull(partner, "not joined");
    }
}
