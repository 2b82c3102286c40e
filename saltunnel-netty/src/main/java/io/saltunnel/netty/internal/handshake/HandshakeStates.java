package io.saltunnel.netty.internal.handshake;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import io.saltunnel.core.handshake.HandshakeException;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.cipher.CipherHandler;
import io.saltunnel.netty.internal.codec.FrameRun;
import io.saltunnel.netty.internal.codec.FrameWrite;
import io.saltunnel.netty.internal.deadline.Deadline;
import io.saltunnel.netty.internal.transport.ReadOnDemandHandler;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The states of one handshake, and the transitions between them.
 *
 * <pre>
 *   IDLE ── start ──▶ RUNNING ──┬── the last message verified ──▶ SUCCEEDED
 *                        │      └── any failure ─────────────▶ FAILED
 *                        └── a client refused serverhi ─▶ REFUSED ── the time is up ──▶ FAILED
 * </pre>
 *
 * <p>Either end is reported once: the future completes, then an event is fired. After a failure the held writes fail,
 * and then the {@link HandshakeSide} decides about the connection. Event loop only.
 */
final class HandshakeStates {
    private enum State {
        IDLE,
        RUNNING,
        /**
         * The client refused serverhi. It reads and drops what arrives until its deadline. A server never enters this
         * state: it fails at once.
         */
        REFUSED,
        /** A cipher has replaced the handshake's handler. */
        SUCCEEDED,
        FAILED
    }

    private final ChannelHandlerContext ctx;
    private final HandshakeSide side;
    private final HandshakeSettings settings;
    private final HandshakeReport report;
    private final HeldTraffic held;
    private final MessageFrames frames = new MessageFrames();
    private State state = State.IDLE;
    private @Nullable Deadline deadline;
    private @Nullable HandshakeFailedException refusal;

    /**
     * A handshake that hasn't begun.
     *
     * @param ctx the handler's place in the pipeline, which a cipher takes after the handshake
     */
    HandshakeStates(
            ChannelHandlerContext ctx,
            HandshakeSide side,
            HandshakeSettings settings,
            HandshakeReport report,
            HeldTraffic held) {
        this.ctx = ctx;
        this.side = side;
        this.settings = settings;
        this.report = report;
        this.held = held;
    }

    /** Whether it has succeeded or failed. */
    boolean isOver() {
        return switch (state) {
            case IDLE, RUNNING, REFUSED -> false;
            case SUCCEEDED, FAILED -> true;
        };
    }

    // ---- the messages

    /** Begins, and sets the deadline. Does nothing if it has begun before. */
    void start() {
        if (state != State.IDLE) {
            return;
        }
        state = State.RUNNING;
        report.begun(ctx.channel());
        try {
            side.begin(ctx);
            expectMessage();
            ctx.read();
            // Not earlier, because no answer can arrive before the first message is sent.
            if (state != State.SUCCEEDED && !ctx.isRemoved()) {
                deadline = Deadline.in(ctx.executor(), side.timeLimit(), () -> side.deadlinePassed(ctx));
            }
        } catch (RuntimeException | Error e) {
            fail(Failures.fault(e));
        }
    }

    /** Writes a message of the handshake; this takes ownership. */
    void send(ByteBuf message) {
        ctx.write(message, new FrameWrite(ctx.channel(), List.of(), this::sendingFailed));
    }

    private void sendingFailed(Throwable cause) {
        switch (state) {
            case IDLE, RUNNING, REFUSED -> fail(Failures.closed(cause));
            case SUCCEEDED -> {
                if (ctx.channel().isOpen()) { // without this message the peer can't open the frames after it
                    Abort.makeCloseAReset(ctx.channel());
                    ctx.fireExceptionCaught(cause);
                    Abort.reset(ctx.channel());
                }
            }
            case FAILED -> {}
        }
    }

    /** Whole frames have arrived; this takes ownership. They are dropped unless the handshake is running. */
    void receive(ByteBuf bytes) {
        if (state != State.RUNNING) {
            bytes.release();
            return;
        }
        ByteBuf run;
        try {
            run = FrameRun.exclusive(bytes, ctx.alloc());
        } catch (RuntimeException | Error e) {
            fail(Failures.fault(e));
            return;
        }
        try {
            while (state == State.RUNNING && run.isReadable()) {
                receiveFrom(run);
            }
        } catch (HandshakeException e) {
            report.peersClockIs(e.clockDifferenceSeconds());
            side.dispose();
            side.refused(ctx, Failures.refused(e));
        } catch (RuntimeException | Error e) {
            fail(Failures.fault(e));
        } finally {
            run.release();
        }
    }

    private void expectMessage() {
        ReadOnDemandHandler.expect(ctx.pipeline(), side.framesAwaited() * Frame.SIZE);
    }

    private void receiveFrom(ByteBuf run) throws HandshakeException {
        ByteBuf message = frames.take(run, side.framesAwaited(), ctx.alloc());
        if (message == null) {
            return;
        }
        Session session;
        try {
            session = side.receive(ctx, message);
        } finally {
            message.release();
        }
        if (session == null) {
            expectMessage();
            return;
        }
        if (state == State.RUNNING) {
            succeed(session, run.isReadable() ? run.retainedSlice() : null);
        } else {
            session.close(); // the handshake has failed, because its last message was not written
        }
    }

    // ---- success

    /**
     * Replaces the handshake's handler with the cipher, and passes it the held writes, then the data that arrived after
     * the handshake. The handler is removed before any listener is told. The flush comes last, because on a transport
     * that delivers at once its effects could overtake the other steps.
     */
    private void succeed(Session session, @Nullable ByteBuf rest) {
        state = State.SUCCEEDED;
        release();
        CipherHandler cipher;
        ChannelHandlerContext cipherCtx;
        try {
            cipher = new CipherHandler(session, settings.closePolicy(), settings.shape());
            ctx.pipeline().replace(ctx.handler(), ctx.name(), cipher);
            // If a handler fails while it is added, Netty removes it, and reports that by exceptionCaught only.
            cipherCtx = Objects.requireNonNull(ctx.pipeline().context(cipher), "the cipher was not added");
        } catch (RuntimeException | Error e) {
            session.close();
            ReferenceCountUtil.release(rest);
            state = State.RUNNING;
            Abort.makeCloseAReset(ctx.channel());
            fail(Failures.fault(e));
            Abort.reset(ctx.channel());
            return;
        }
        held.passWritesTo(cipher, cipherCtx);
        report.succeeded(ctx, session.version());
        if (rest != null) {
            ctx.fireChannelRead(rest);
        }
        held.passRequestsTo(cipher, cipherCtx);
    }

    // ---- failure

    /** Drops all input until the deadline or the end of the connection, and only then fails with this cause. */
    void failLater(HandshakeFailedException cause) {
        state = State.REFUSED;
        refusal = cause;
    }

    /**
     * Reports the failure, then fails the held writes, then lets the side decide about the connection. A refusal that
     * was kept for later takes precedence as the cause. Does nothing if the handshake is over. The deadline stays set,
     * because a server that is silent after a failure ends the connection then.
     */
    void fail(HandshakeFailedException unlessRefused) {
        if (isOver()) {
            return;
        }
        HandshakeFailedException cause = Objects.requireNonNullElse(refusal, unlessRefused);
        state = State.FAILED;
        try {
            frames.drop();
            side.dispose();
            report.failed(ctx, cause);
            held.fail(cause);
        } finally {
            side.failed(ctx, cause);
        }
    }

    /** The connection has ended. */
    void connectionEnded() {
        fail(Failures.closed(null));
        release();
    }

    /**
     * The handler was removed from the pipeline: resets an open connection, unless a cipher has replaced the handler.
     */
    void handlerRemoved() {
        if (state != State.SUCCEEDED) {
            Abort.removed(ctx);
            fail(Failures.closed(null));
        }
        release();
    }

    private void release() {
        if (deadline != null) {
            deadline.callOff();
        }
        frames.drop();
        side.dispose();
    }
}
