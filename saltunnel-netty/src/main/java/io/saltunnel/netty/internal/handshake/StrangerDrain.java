package io.saltunnel.netty.internal.handshake;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.saltunnel.netty.internal.admission.ReadBudget;
import io.saltunnel.netty.internal.transport.ReadOnDemandHandler;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads and drops the input of a refused connection, as far as the server's {@link ReadBudget} allows. So a stranger who
 * sends without end fills the system's buffers, and is then slowed down by TCP. Added in front of the handler that has
 * refused the connection, and stays until the connection is closed.
 *
 * <pre>
 *   READING ── data ──▶ PAYING ── the budget has made up for it ──▶ READING
 *      └───── the peer's FIN ─┴──▶ ENDED
 * </pre>
 *
 * <p>The handlers behind it get no data any more, and their requests for reads are ignored. They still learn of the
 * peer's FIN, of failures, and of the connection's end. Turns {@code autoRead} off. Not sharable; runs on the channel's
 * event loop.
 */
public final class StrangerDrain extends ChannelDuplexHandler {
    /** The most that is read at once: enough to cost little for each byte, and no more than a stranger is worth. */
    private static final int MAX_READ = 8192;

    private enum State {
        /** A read is requested. */
        READING,
        /** No read is requested: the timer will do that. */
        PAYING,
        /** There is nothing left to read. */
        ENDED
    }

    private final ReadBudget budget;
    private State state = State.READING;
    private long unpaid;
    private @Nullable Future<?> timer;

    /**
     * A drain for one connection.
     *
     * @param budget the server's
     */
    public StrangerDrain(ReadBudget budget) {
        this.budget = budget;
    }

    /**
     * Adds the drain before a handshake and the codec directly before that.
     *
     * @param handshake the handshake's place in the pipeline
     */
    void addBeforeCodecOf(ChannelHandlerContext handshake) {
        List<String> names = handshake.pipeline().names();
        int codec = Math.max(0, names.indexOf(handshake.name()) - 1);
        handshake.pipeline().addBefore(names.get(codec), null, this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.channel().config().setAutoRead(false);
        ReadOnDemandHandler.limit(ctx.pipeline(), MAX_READ);
        ctx.read(); // the first one is free, because the peer's FIN or reset may be all that it brings
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        // The drain alone decides when to read.
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        unpaid += msg instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        ReferenceCountUtil.release(msg);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        long wait = unpaid > 0 ? budget.pay(unpaid) : 0;
        boolean paid = unpaid > 0;
        unpaid = 0;
        switch (state) {
            case READING -> {
                if (paid && wait > 0) {
                    state = State.PAYING;
                    timer = ctx.executor().schedule(() -> readAgain(ctx), wait, TimeUnit.NANOSECONDS);
                } else {
                    ctx.read();
                }
            }
            case PAYING, ENDED -> {} // some transports read on after FIN without being asked
        }
    }

    private void readAgain(ChannelHandlerContext ctx) {
        if (state == State.PAYING) {
            state = State.READING;
            ctx.read();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            state = State.ENDED;
        }
        ctx.fireUserEventTriggered(event);
    }
}
