package io.saltunnel.netty.internal.transport;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a connection has failed while nothing is read from it: after the peer's FIN, when there is nothing left
 * to read, or while the other side of a tunnel is stalled. Transports report a reset when they read. Without a read,
 * such a connection would hold its resources forever.
 *
 * <pre>
 *   READ_ASKED ──┬── data came, no read() yet ──▶ UNREAD ── checks every {@link #INTERVAL} ──▶ failed: reported once
 *        ▲       └── FIN came ──────────────────────▲ │
 *        └───────────────────── read() ───────────────┘
 * </pre>
 *
 * <p>A failure is fired as {@code exceptionCaught} with an {@link IOException}. Data that arrived before it can still
 * be read; the end after that data doesn't count as an end of the stream.
 *
 * <p>For channels with {@code autoRead} off, next to the socket. Not sharable; runs on the channel's event loop.
 */
public final class UnreadErrorsHandler extends ChannelDuplexHandler {
    /** How often a connection without reads is checked. */
    public static final Duration INTERVAL = Duration.ofSeconds(1);

    private enum Input {
        /** A read was requested, so the transport will report a failure. */
        READ_ASKED,
        /** No read is requested. */
        UNREAD,
        /** The peer's stream has ended: no read will report anything. */
        ENDED
    }

    private Input input = Input.UNREAD;
    private @Nullable Future<?> look;

    /** Makes a handler for one connection. */
    public UnreadErrorsHandler() {}

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (look != null) {
            look.cancel(false);
        }
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (input == Input.UNREAD) {
            input = Input.READ_ASKED;
        }
        ctx.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (input == Input.READ_ASKED) {
            input = Input.UNREAD;
        }
        ctx.fireChannelRead(msg);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        lookLater(ctx);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            input = Input.ENDED;
        }
        ctx.fireUserEventTriggered(event);
        lookLater(ctx);
    }

    private void lookLater(ChannelHandlerContext ctx) {
        if (input != Input.READ_ASKED && look == null && !ctx.isRemoved()) {
            look = ctx.executor().schedule(() -> look(ctx), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void look(ChannelHandlerContext ctx) {
        look = null;
        if (input != Input.READ_ASKED && SocketErrors.isPending(ctx.channel())) {
            ctx.fireExceptionCaught(new IOException("Connection reset by peer"));
        } else {
            lookLater(ctx);
        }
    }
}
