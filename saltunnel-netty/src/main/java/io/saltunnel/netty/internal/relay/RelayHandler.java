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
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The last handler of either side of a {@link Relay}: what it reads it writes to its partner, and it asks for more only
 * when its partner's connection took what it had (so that {@code autoRead} must be off, and memory stays within the
 * water marks of one connection a direction).
 *
 * <p>The end of the stream read here becomes FIN on the partner's connection, behind everything delivered before; the
 * other direction goes on. Anything else that ends the connection resets both. What arrives before the relay has
 * started is kept, one read at most unless the transport read more than was asked for. Not sharable; runs on the
 * relay's event loop.
 */
public final class RelayHandler extends ChannelInboundHandlerAdapter {
    private enum Inbound {
        /** Data may come. */
        OPEN,
        /** FIN has come, or was kept for the partner. */
        ENDED,
        /** FIN is on its way out on the partner's connection. */
        DELIVERED
    }

    private final Relay relay;
    private final LongAdder bytesRead;
    private @Nullable Queue<Object> early;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable RelayHandler partner;
    private Inbound inbound = Inbound.OPEN;
    private boolean reading;
    private long received;

    RelayHandler(Relay relay, LongAdder bytesRead) {
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
        relay.abort(null);
    }

    // ---- starting

    void join(RelayHandler other) {
        partner = other;
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
        if (relay.isEnded()) {
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

    /** Asks for more if the partner can take it, now or when it can. */
    private void readOn() {
        if (inbound == Inbound.OPEN && !relay.isEnded()) {
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
        if (event instanceof ChannelInputShutdownEvent && inbound == Inbound.OPEN) {
            inbound = Inbound.ENDED;
            if (partner != null) {
                deliverEnd();
            }
        }
        context.fireUserEventTriggered(event);
    }

    /** FIN follows what was written before it: an empty write is done when that is. */
    private void deliverEnd() {
        ChannelHandlerContext to = partner().context();
        to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFuture flushed) -> {
            if (!flushed.isSuccess()) {
                relay.abort(flushed.cause());
            } else if (to.channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput().addListener(this::endDelivered);
            } else {
                endDelivered(flushed);
            }
        });
    }

    private void endDelivered(io.netty.util.concurrent.Future<?> shutdown) {
        if (!shutdown.isSuccess()) {
            relay.abort(shutdown.cause());
        } else {
            inbound = Inbound.DELIVERED;
            relay.delivered();
        }
    }

    long received() {
        return received;
    }

    boolean isDelivered() {
        return inbound == Inbound.DELIVERED;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        relay.abort(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        relay.abort(null);
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
