package io.saltunnel.netty.internal.handshake;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import io.saltunnel.core.handshake.HandshakeException;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.core.handshake.ServerHandshake;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.TruncatedFrameException;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The server's handshake (docs/PROTOCOL.md, S1 to S3), and its silence when it fails.
 *
 * <p>Whatever is wrong with what came, or if nothing came, or not enough: the connection looks the same from outside. Everything that still comes is read and dropped, nothing is answered, the end of the peer's stream
 * changes nothing, and at the deadline, counted from the connection on, the server ends its own stream. It then goes on dropping for {@link #LINGER} or until the peer closes, so that unread
 * bytes never turn the close into a reset.
 */
public final class ServerHandshakeHandler extends HandshakeHandler {
    /** How long after its own FIN the server still takes what comes. */
    public static final Duration LINGER = Duration.ofSeconds(5);

    private final ReplayWindow replays;
    private ServerHandshake.@Nullable AwaitingClientHi awaitingClientHi;
    private ServerHandshake.@Nullable AwaitingMessageZero awaitingMessageZero;
    private @Nullable Future<?> lingering;
    private boolean peerEnded;

    /**
     * A handshake for one connection.
     *
     * @param settings what the tunnel's handshakes share; its time-out is the deadline
     * @param replays the tunnel's memory of hellos; shared
     */
    public ServerHandshakeHandler(HandshakeSettings settings, ReplayWindow replays) {
        super(settings);
        this.replays = replays;
    }

    @Override
    void begin(ChannelHandlerContext ctx) {
        awaitingClientHi = ServerHandshake.accept(settings().key(), handshakeContext(), replays);
    }

    @Override
    @Nullable
    Session receive(ChannelHandlerContext ctx, ByteBuf frame) throws HandshakeException {
        ByteBuffer bytes = frame.internalNioBuffer(frame.readerIndex(), Frame.SIZE);
        if (awaitingMessageZero != null) {
            return awaitingMessageZero.receive(bytes);
        }
        if (awaitingClientHi == null) {
            throw new IllegalStateException("a frame before the connection was there");
        }
        ByteBuf serverHi = ctx.alloc().directBuffer(Frame.SIZE, Frame.SIZE);
        try {
            awaitingMessageZero = awaitingClientHi.receive(bytes, serverHi.internalNioBuffer(0, Frame.SIZE));
            ctx.writeAndFlush(serverHi.writerIndex(Frame.SIZE).retain(), ctx.voidPromise());
            return null;
        } finally {
            serverHi.release();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            peerEnded = true;
            if (lingering != null) {
                ctx.close();
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof TruncatedFrameException) {
            return;
        }
        fail(ctx, cause instanceof IOException ? Failures.closed(cause) : Failures.fault(cause));
    }

    @Override
    void failed(ChannelHandlerContext ctx, HandshakeFailedException cause) {
        // Silence: nothing happens before the deadline.
    }

    @Override
    void deadlinePassed(ChannelHandlerContext ctx) {
        fail(ctx, Failures.timedOut(settings().timeout()));
        if (peerEnded || !(ctx.channel() instanceof DuplexChannel channel)) {
            ctx.close();
            return;
        }
        lingering = ctx.executor().schedule(() -> ctx.close(), LINGER.toMillis(), TimeUnit.MILLISECONDS);
        channel.shutdownOutput().addListener(ended -> {
            if (!ended.isSuccess()) {
                ctx.close();
            }
        });
    }

    @Override
    void dispose() {
        if (awaitingClientHi != null) {
            awaitingClientHi.close();
        }
        if (awaitingMessageZero != null) {
            awaitingMessageZero.close();
        }
        if (lingering != null) {
            lingering.cancel(false);
        }
    }
}
