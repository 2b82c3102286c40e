package io.saltunnel.netty.internal.handshake;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipelineException;
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
import io.saltunnel.netty.handshake.Refusal;
import io.saltunnel.netty.internal.abort.Abort;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The server's handshake (docs/PROTOCOL.md, S1 to S3), and its silence when it fails.
 *
 * <p>Whatever is wrong with what came, or if nothing came, or not enough: the connection looks the same from outside.
 * Everything that still comes is read and dropped, nothing is answered, the end of the peer's stream changes nothing,
 * and at the deadline, counted from the connection on, the server ends its own stream. It then goes on dropping for
 * {@link #LINGER} or until the peer ends his, so that unread bytes don't turn the close into a reset.
 */
public final class ServerHandshakeHandler extends HandshakeHandler {
    /** How long after its own FIN the server still takes what comes. */
    public static final Duration LINGER = Duration.ofSeconds(5);

    /** The same where the place is needed for somebody else: long enough to read what had arrived. */
    public static final Duration EVICTED_LINGER = Duration.ofMillis(100);

    private final ReplayWindow replays;
    private final LongConsumer admitted;
    private final Refusal refusal;
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
        this(settings, replays, difference -> {}, Refusal.SILENT);
    }

    /**
     * A handshake for one connection, which tells when it is half done.
     *
     * @param settings what the tunnel's handshakes share; its time-out is the deadline
     * @param replays the tunnel's memory of hellos; shared
     * @param admitted is told, on the event loop, when a clienthi was admitted: by how many seconds its clock is ahead
     *     of ours
     */
    public ServerHandshakeHandler(HandshakeSettings settings, ReplayWindow replays, LongConsumer admitted) {
        this(settings, replays, admitted, Refusal.SILENT);
    }

    /**
     * A handshake for one connection, which is silent when it fails only if asked to.
     *
     * @param settings what the tunnel's handshakes share; its time-out is the deadline
     * @param replays the tunnel's memory of hellos; shared
     * @param admitted is told, on the event loop, when a clienthi was admitted: by how many seconds its clock is ahead
     *     of ours
     * @param refusal what becomes of the connection when the handshake fails
     */
    public ServerHandshakeHandler(
            HandshakeSettings settings, ReplayWindow replays, LongConsumer admitted, Refusal refusal) {
        super(settings);
        this.replays = replays;
        this.admitted = admitted;
        this.refusal = refusal;
    }

    @Override
    public boolean isSilentOnFailure() {
        return refusal == Refusal.SILENT;
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
        // The answer is written where the question was: a stranger gets no memory but what his frame came in.
        awaitingMessageZero = awaitingClientHi.receive(bytes, bytes);
        peersClockIs(awaitingMessageZero.clockDifferenceSeconds());
        admitted.accept(awaitingMessageZero.clockDifferenceSeconds());
        send(ctx, frame.retain());
        ctx.flush();
        return null;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            peerEnded = true;
            if (lingering != null) {
                ctx.close();
            } else if (refusal == Refusal.CLOSE) {
                fail(ctx, Failures.closed(null));
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof ChannelPipelineException) {
            ctx.fireExceptionCaught(cause); // of a handler that is added or removed, which is no concern of this one
        } else if (cause instanceof IOException) {
            fail(ctx, Failures.closed(cause));
            ctx.close(); // the peer reset it, or is gone: nobody is there any more to whom this could tell something
        } else if (!(cause instanceof TruncatedFrameException)) {
            fail(ctx, Failures.fault(cause));
        }
    }

    @Override
    void failed(ChannelHandlerContext ctx, HandshakeFailedException cause) {
        if (refusal == Refusal.CLOSE) {
            ctx.close();
        } // else silence: nothing happens before the deadline.
    }

    @Override
    void deadlinePassed(ChannelHandlerContext ctx) {
        fail(ctx, Failures.timedOut(settings().timeout()));
        if (ctx.channel().isOpen()) {
            end(ctx, LINGER);
        }
    }

    /**
     * Ends the connection before its deadline, since somebody else needs its place: with FIN, and soon after with
     * everything. Who has got serverhi is reset instead: a client has a tunnel by then, and would take FIN for the end
     * of what the target had to say. Called again, closes it at once. Does nothing when the handshake is done. On the
     * channel's event loop.
     */
    public void evict() {
        ChannelHandlerContext ctx = context();
        if (ctx == null || ctx.isRemoved()) {
            return;
        }
        fail(ctx, Failures.evicted());
        if (awaitingMessageZero != null) {
            Abort.reset(ctx.channel());
        } else {
            end(ctx, EVICTED_LINGER);
        }
    }

    /** FIN, then takes what still comes for a while; asked for once more, closes. */
    private void end(ChannelHandlerContext ctx, Duration linger) {
        if (peerEnded || lingering != null || !(ctx.channel() instanceof DuplexChannel channel)) {
            ctx.close();
            return;
        }
        lingering = ctx.executor().schedule(() -> ctx.close(), linger.toMillis(), TimeUnit.MILLISECONDS);
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
