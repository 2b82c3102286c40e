package io.saltunnel.netty.internal.handshake;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipelineException;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.saltunnel.core.handshake.Admission;
import io.saltunnel.core.handshake.HandshakeException;
import io.saltunnel.core.handshake.ServerHandshake;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.core.wire.TruncatedFrameException;
import io.saltunnel.netty.handshake.FailurePolicy;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.internal.abort.Abort;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The server's handshake (docs/PROTOCOL.md, S1 to S3), and its silence when it fails.
 *
 * <p>If the input is wrong, missing or too short, the connection looks the same from outside. The server reads and
 * drops all further input, answers nothing, and ignores the end of the peer's stream. At the deadline, counted from the
 * connection's start, it ends its own stream. Then it drops input for {@link #LINGER}, or until the peer ends its
 * stream, so that unread bytes don't turn the close into a reset.
 */
public final class ServerHandshakeHandler extends HandshakeHandler {
    /** How long the server reads input after its own FIN. */
    public static final Duration LINGER = Duration.ofSeconds(5);

    /**
     * How long the server reads input after the FIN to an evicted connection: long enough to read the data that has
     * arrived.
     */
    public static final Duration EVICTED_LINGER = Duration.ofMillis(100);

    /** The same in every version, because only the hello itself reveals its version. */
    private static final int CLIENT_HI_FRAMES = 1;

    private final Admission admission;
    private final LongConsumer admitted;
    private final FailurePolicy failurePolicy;
    private ServerHandshake.@Nullable AwaitingClientHi awaitingClientHi;
    private ServerHandshake.@Nullable AwaitingMessageZero awaitingMessageZero;
    private final SilentEnd silentEnd = new SilentEnd();

    /**
     * A handshake for one connection.
     *
     * @param settings the settings that the tunnel's handshakes share; its time-out is the deadline
     * @param admission decides whether a clienthi is admitted; shared
     */
    public ServerHandshakeHandler(HandshakeSettings settings, Admission admission) {
        this(settings, admission, difference -> {}, FailurePolicy.SILENT);
    }

    /**
     * A handshake for one connection that reports an admitted clienthi.
     *
     * @param settings the settings that the tunnel's handshakes share; its time-out is the deadline
     * @param admission decides whether a clienthi is admitted; shared
     * @param admitted is told, on the event loop, when a clienthi was admitted: by how many seconds its clock is ahead
     *     of ours
     */
    public ServerHandshakeHandler(HandshakeSettings settings, Admission admission, LongConsumer admitted) {
        this(settings, admission, admitted, FailurePolicy.SILENT);
    }

    /**
     * A handshake for one connection, with a choice of what happens on failure.
     *
     * @param settings the settings that the tunnel's handshakes share; its time-out is the deadline
     * @param admission decides whether a clienthi is admitted; shared
     * @param admitted is told, on the event loop, when a clienthi was admitted: by how many seconds its clock is ahead
     *     of ours
     * @param failurePolicy what happens to the connection if the handshake fails
     */
    public ServerHandshakeHandler(
            HandshakeSettings settings, Admission admission, LongConsumer admitted, FailurePolicy failurePolicy) {
        super(settings);
        this.admission = admission;
        this.admitted = admitted;
        this.failurePolicy = failurePolicy;
    }

    @Override
    public boolean isSilentOnFailure() {
        return failurePolicy == FailurePolicy.SILENT;
    }

    @Override
    public void begin(ChannelHandlerContext ctx) {
        awaitingClientHi = ServerHandshake.accept(settings().keys(), handshakeContext(), admission);
    }

    @Override
    public int framesAwaited() {
        return awaitingMessageZero == null
                ? CLIENT_HI_FRAMES
                : awaitingMessageZero.version().messageZeroFrames();
    }

    @Override
    public @Nullable Session receive(ChannelHandlerContext ctx, ByteBuf message) throws HandshakeException {
        ByteBuffer bytes = message.internalNioBuffer(message.readerIndex(), message.readableBytes());
        if (awaitingMessageZero != null) {
            return awaitingMessageZero.receive(bytes);
        }
        if (awaitingClientHi == null) {
            throw new IllegalStateException("a frame before the connection was there");
        }
        try (ServerHandshake.AdmittedHello hello = awaitingClientHi.open(bytes)) {
            ByteBuf serverHi = roomForServerHi(ctx, hello.version(), message);
            try {
                awaitingMessageZero =
                        hello.answer(serverHi.internalNioBuffer(serverHi.readerIndex(), serverHi.readableBytes()));
                peersKeyIs(awaitingMessageZero.keyIndex());
                peersClockIs(awaitingMessageZero.clockDifferenceSeconds());
                admitted.accept(awaitingMessageZero.clockDifferenceSeconds());
                states().send(serverHi.retain());
            } finally {
                serverHi.release();
            }
        }
        ctx.flush();
        return null;
    }

    /**
     * The buffer for the answer. An answer of the request's length reuses the request's buffer, and needs no further
     * memory.
     */
    private static ByteBuf roomForServerHi(ChannelHandlerContext ctx, ProtocolVersion version, ByteBuf clientHi) {
        int size = version.serverHiFrames() * Frame.SIZE;
        return size == clientHi.readableBytes()
                ? clientHi.retain()
                : ctx.alloc().directBuffer(size, size).writerIndex(size);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            silentEnd.peerEnded(ctx);
            if (failurePolicy == FailurePolicy.CLOSE) {
                states().fail(Failures.closed(null));
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof ChannelPipelineException) {
            ctx.fireExceptionCaught(cause); // a failure to add or remove another handler
        } else if (cause instanceof IOException) {
            states().fail(Failures.closed(cause));
            ctx.close(); // the peer has reset it or is gone, so a close can't reveal anything
        } else if (!(cause instanceof TruncatedFrameException)) {
            states().fail(Failures.fault(cause));
        }
    }

    @Override
    public void refused(ChannelHandlerContext ctx, HandshakeFailedException cause) {
        states().fail(cause);
    }

    @Override
    public void failed(ChannelHandlerContext ctx, HandshakeFailedException cause) {
        if (failurePolicy == FailurePolicy.CLOSE) {
            ctx.close();
        } // otherwise silence: nothing happens before the deadline.
    }

    @Override
    public void deadlinePassed(ChannelHandlerContext ctx) {
        states().fail(Failures.timedOut(settings().timeout()));
        if (ctx.channel().isOpen()) {
            silentEnd.end(ctx, LINGER);
        }
    }

    /**
     * Evicts the connection before its deadline: sends FIN, and closes soon after. A peer that has received serverhi is
     * reset instead, because a client then has a tunnel, and would mistake FIN for the end of the target's data. A
     * second call closes the connection at once. Does nothing if the handshake is done. Runs on the channel's event
     * loop.
     */
    public void evict() {
        ChannelHandlerContext ctx = context();
        if (ctx == null || ctx.isRemoved()) {
            return;
        }
        states().fail(Failures.evicted());
        if (awaitingMessageZero != null) {
            Abort.reset(ctx.channel());
        } else {
            silentEnd.end(ctx, EVICTED_LINGER);
        }
    }

    @Override
    public void dispose() {
        if (awaitingClientHi != null) {
            awaitingClientHi.close();
        }
        if (awaitingMessageZero != null) {
            awaitingMessageZero.close();
        }
        silentEnd.callOff();
    }
}
