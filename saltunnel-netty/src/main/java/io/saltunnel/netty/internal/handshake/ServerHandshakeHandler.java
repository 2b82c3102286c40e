package io.saltunnel.netty.internal.handshake;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipelineException;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.saltunnel.core.handshake.HandshakeException;
import io.saltunnel.core.handshake.ReplayQuestion;
import io.saltunnel.core.handshake.ServerHandshake;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.core.wire.TruncatedFrameException;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.transport.PeerAddresses;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The server's handshake (docs/PROTOCOL.md, S1 to S3), and its silence when it fails.
 *
 * <pre>
 *   clienthi admitted ──┬───────────────────────────────────────▶ serverhi sent ── message0 ──▶ done
 *                       └─ a memory of replays is shared: answer held ── new ──▲
 * </pre>
 *
 * <p>If the input is wrong, missing or too short, the connection looks the same from outside. A {@link StrangerDrain}
 * reads and drops all further input. The server answers nothing, and ignores the end of the peer's stream. At the deadline, counted from the
 * connection's start, it ends its own stream. Then it drops input for a second time, or until the peer ends its stream,
 * so that unread bytes don't turn the close into a reset. {@link QuietTimes} has both times.
 */
public final class ServerHandshakeHandler extends HandshakeHandler {
    /**
     * How long the server reads input after the FIN to an evicted connection: long enough to read the data that has
     * arrived.
     */
    public static final Duration EVICTED_LINGER = Duration.ofMillis(100);

    /** The same in every version, because only the hello itself reveals its version. */
    private static final int CLIENT_HI_FRAMES = 1;

    /** An answer that is not sent before the shared memory of replays says that the hello is new. */
    private record HeldAnswer(ServerHandshake.AwaitingMessageZero next, ByteBuf serverHi, PendingQuestion question) {
        void drop() {
            question.callOff();
            next.close();
            serverHi.release();
        }
    }

    private final HelloRules rules;
    private final @Nullable Silence silence;
    private final HelloListener listener;
    private ServerHandshake.@Nullable AwaitingClientHi awaitingClientHi;
    private @Nullable HeldAnswer heldAnswer;
    private ServerHandshake.@Nullable AwaitingMessageZero awaitingMessageZero;
    private final SilentEnd silentEnd = new SilentEnd();

    /** Null before the handshake has begun, and without a silence. */
    private QuietTimes.@Nullable Times quietTimes;

    /**
     * A handshake for one connection.
     *
     * @param settings the settings that the tunnel's handshakes share
     * @param rules decide whether a clienthi is admitted; shared
     * @param silence what happens if the handshake fails; null to close the connection at once; shared
     * @param listener is told what becomes of the clienthi
     */
    public ServerHandshakeHandler(
            HandshakeSettings settings, HelloRules rules, @Nullable Silence silence, HelloListener listener) {
        super(settings);
        this.rules = rules;
        this.silence = silence;
        this.listener = listener;
    }

    @Override
    public boolean isSilentOnFailure() {
        return silence != null;
    }

    @Override
    public void begin(ChannelHandlerContext ctx) {
        if (silence != null) {
            quietTimes = silence.times().at(PeerAddresses.localOf(ctx.channel()));
        }
        awaitingClientHi = ServerHandshake.accept(settings().keys(), handshakeContext(), rules.admission());
    }

    @Override
    public Duration timeLimit() {
        return quietTimes == null ? settings().timeout() : quietTimes.untilFin();
    }

    @Override
    public int framesAwaited() {
        ServerHandshake.AwaitingMessageZero next = heldAnswer != null ? heldAnswer.next() : awaitingMessageZero;
        return next == null ? CLIENT_HI_FRAMES : next.version().messageZeroFrames();
    }

    @Override
    public @Nullable Session receive(ChannelHandlerContext ctx, ByteBuf message) throws HandshakeException {
        ByteBuffer bytes = message.internalNioBuffer(message.readerIndex(), message.readableBytes());
        if (awaitingMessageZero != null) {
            return awaitingMessageZero.receive(bytes);
        }
        if (heldAnswer != null) { // serverhi is not sent, so this can't be an answer to it
            states().fail(Failures.early());
            return null;
        }
        if (awaitingClientHi == null) {
            throw new IllegalStateException("a frame before the connection was there");
        }
        try (ServerHandshake.AdmittedHello hello = awaitingClientHi.open(bytes)) {
            answer(ctx, hello, message);
        }
        return null;
    }

    /** Asks the shared memory of replays, if there is one, and makes the answer while the memory looks. */
    private void answer(ChannelHandlerContext ctx, ServerHandshake.AdmittedHello hello, ByteBuf clientHi)
            throws HandshakeException {
        peersKeyIs(hello.keyIndex());
        peersClockIs(hello.clockDifferenceSeconds());
        PendingQuestion question = ask(ctx, hello);
        ByteBuf serverHi = roomForServerHi(ctx, hello.version(), clientHi);
        ServerHandshake.AwaitingMessageZero next;
        try {
            next = hello.answer(serverHi.internalNioBuffer(serverHi.readerIndex(), serverHi.readableBytes()));
        } catch (Throwable e) {
            serverHi.release();
            throw e;
        }
        if (question == null) {
            send(ctx, next, serverHi);
        } else {
            heldAnswer = new HeldAnswer(next, serverHi, question);
        }
    }

    private @Nullable PendingQuestion ask(ChannelHandlerContext ctx, ServerHandshake.AdmittedHello hello) {
        SharedReplays shared = rules.shared();
        ReplayQuestion question = hello.replayQuestion().orElse(null);
        return shared == null || question == null
                ? null
                : shared.ask(question, ctx.executor(), listener, refusal -> decided(ctx, refusal));
    }

    /** The shared memory of replays has answered. */
    private void decided(ChannelHandlerContext ctx, Optional<HandshakeFailedException> refusal) {
        HeldAnswer held = heldAnswer;
        if (refusal.isPresent()) {
            states().fail(refusal.get());
        } else if (held != null) { // otherwise the handshake has failed
            heldAnswer = null;
            try {
                send(ctx, held.next(), held.serverHi());
            } catch (RuntimeException | Error e) {
                states().fail(Failures.fault(e));
            }
        }
    }

    /** Takes ownership of the next state and of serverhi. */
    private void send(ChannelHandlerContext ctx, ServerHandshake.AwaitingMessageZero next, ByteBuf serverHi) {
        awaitingMessageZero = next;
        try {
            listener.admitted(next.clockDifferenceSeconds());
        } catch (Throwable e) {
            serverHi.release();
            throw e;
        }
        states().send(serverHi);
        ctx.flush();
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
            if (silence == null) {
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
        if (silence == null || quietTimes == null) {
            ctx.close();
        } else if (ctx.channel().isActive() && !ctx.isRemoved()) { // nothing else happens before the deadline
            new StrangerDrain(silence.reads()).addBeforeCodecOf(ctx);
        }
    }

    @Override
    public void deadlinePassed(ChannelHandlerContext ctx) {
        states().fail(Failures.timedOut(timeLimit()));
        if (quietTimes != null && ctx.channel().isOpen()) {
            silentEnd.end(ctx, quietTimes.untilClose());
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
        if (heldAnswer != null) {
            HeldAnswer held = heldAnswer;
            heldAnswer = null;
            held.drop();
        }
        if (awaitingMessageZero != null) {
            awaitingMessageZero.close();
        }
        silentEnd.callOff();
    }
}
