package io.saltunnel.netty.internal.handshake;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.saltunnel.core.handshake.HandshakeContext;
import io.saltunnel.core.handshake.HandshakeException;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.cipher.CipherHandler;
import io.saltunnel.netty.internal.cipher.EventLoopScratch;
import io.saltunnel.netty.internal.codec.FrameRun;
import io.saltunnel.netty.internal.codec.FrameWrite;
import io.saltunnel.netty.internal.deadline.Deadline;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Takes the place of the {@link CipherHandler} until the handshake is done, and then replaces itself with one.
 *
 * <pre>
 *   IDLE ── channelActive ──▶ RUNNING ──┬── the last message verified ──▶ SUCCEEDED
 *                                │      └── any failure ─────────────▶ FAILED
 *                                └── refused, and not to be seen ──▶ REFUSED ── the time is up ──▶ FAILED
 * </pre>
 *
 * <p>Writes during the handshake wait and count towards the channel's writability. They leave sealed after the
 * handshake's last message, or fail if the handshake fails. The handshake requests its own reads, whatever
 * {@code autoRead} says, and passes an unfulfilled read request on to the cipher. It begins when the channel becomes
 * active. In a channel that is already active it begins after the task that has added it, so that handlers added by the
 * same task miss nothing.
 *
 * <p>{@link #handshakeFuture()} completes, then an event is fired, once. After that, a failure fails the waiting writes.
 * Removing this handler from an open channel resets the connection. Not sharable; runs on the channel's event loop.
 * Bytes come from a {@link io.saltunnel.netty.internal.codec.FrameCodec} directly before it.
 */
public abstract sealed class HandshakeHandler extends ChannelDuplexHandler
        permits ClientHandshakeHandler, ServerHandshakeHandler {
    private enum Progress {
        IDLE,
        RUNNING,
        /** The peer's message was refused, and nothing shows that before the deadline. */
        REFUSED,
        /** A cipher has replaced this handler. */
        SUCCEEDED,
        FAILED
    }

    private final HandshakeSettings settings;
    private final HandshakeReport report = new HandshakeReport();
    private final MessageFrames frames = new MessageFrames();
    private Progress progress = Progress.IDLE;
    private @Nullable ChannelHandlerContext context;
    private @Nullable HeldTraffic held;
    private @Nullable Deadline deadline;
    private @Nullable HandshakeFailedException refusal;

    HandshakeHandler(HandshakeSettings settings) {
        this.settings = settings;
    }

    /**
     * The end of the handshake.
     *
     * @return completes on the channel's event loop with the channel, or fails with a {@link HandshakeFailedException}
     */
    public final Future<Channel> handshakeFuture() {
        return report.future();
    }

    /**
     * The version of the protocol that both sides speak.
     *
     * @return empty until the handshake has succeeded
     */
    public final Optional<ProtocolVersion> version() {
        return report.version();
    }

    /**
     * Sets the name of this handler in the events, if it isn't its own.
     *
     * @param handler the name
     */
    public final void nameInEvents(String handler) {
        report.nameHandler(handler);
    }

    /**
     * Whether the connection continues silently after the handshake has failed.
     *
     * @return as configured
     */
    public abstract boolean isSilentOnFailure();

    // ---- the sides' parts

    /** The connection is established. */
    abstract void begin(ChannelHandlerContext ctx);

    /** How many frames the message has that is expected next: 1 or more, the same until it has arrived. */
    abstract int framesAwaited();

    /**
     * A message has arrived: as many frames as were awaited, in one piece of direct memory, borrowed; may be
     * overwritten. Returns the session, if this was the last message of the handshake.
     */
    abstract @Nullable Session receive(ChannelHandlerContext ctx, ByteBuf message) throws HandshakeException;

    /** The message was refused: {@linkplain #fail fails} now or {@linkplain #failLater later}. Secrets are wiped. */
    abstract void refused(ChannelHandlerContext ctx, HandshakeFailedException cause);

    /** The handshake failed, and all listeners have been told: decides what happens to the connection. */
    abstract void failed(ChannelHandlerContext ctx, HandshakeFailedException cause);

    /** The time is up, whether the handshake is running or has failed. */
    abstract void deadlinePassed(ChannelHandlerContext ctx);

    /** Wipes the side's secrets. Called once or more, on every path. */
    abstract void dispose();

    // ---- for the sides

    final HandshakeSettings settings() {
        return settings;
    }

    final HandshakeContext handshakeContext() {
        return new HandshakeContext(
                settings.clock(),
                settings.nanoTime(),
                settings.random(),
                EventLoopScratch.current().box());
    }

    /** The place in the pipeline; null before there is one. */
    final @Nullable ChannelHandlerContext context() {
        return context;
    }

    /** Writes a message of the handshake; this takes ownership. */
    final void send(ChannelHandlerContext ctx, ByteBuf message) {
        ctx.write(message, new FrameWrite(ctx.channel(), List.of(), cause -> sendingFailed(ctx, cause)));
    }

    private void sendingFailed(ChannelHandlerContext ctx, Throwable cause) {
        switch (progress) {
            case IDLE, RUNNING, REFUSED -> fail(ctx, Failures.closed(cause));
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

    /** The peer's clock minus ours is known now. */
    final void peersClockIs(long secondsAhead) {
        report.peersClockIs(OptionalLong.of(secondsAhead));
    }

    // ---- life

    @Override
    public final void handlerAdded(ChannelHandlerContext ctx) {
        report.completesOn(ctx.channel().eventLoop());
        context = ctx;
        held = new HeldTraffic(ctx);
        if (ctx.channel().isActive()) {
            ctx.executor().execute(() -> start(ctx));
        }
    }

    @Override
    public final void channelActive(ChannelHandlerContext ctx) {
        start(ctx);
        ctx.fireChannelActive();
    }

    private void start(ChannelHandlerContext ctx) {
        if (progress != Progress.IDLE) {
            return;
        }
        progress = Progress.RUNNING;
        report.begun(ctx.channel());
        try {
            begin(ctx);
            ctx.read();
            // Not before: no answer can arrive before the first message is sent.
            if (progress != Progress.SUCCEEDED && !ctx.isRemoved()) {
                deadline = Deadline.in(ctx.executor(), settings.timeout(), () -> deadlinePassed(ctx));
            }
        } catch (RuntimeException | Error e) {
            fail(ctx, Failures.fault(e));
        }
    }

    @Override
    public final void handlerRemoved(ChannelHandlerContext ctx) {
        if (progress != Progress.SUCCEEDED) {
            Abort.removed(ctx);
            fail(ctx, Failures.closed(null));
        }
        release();
    }

    @Override
    public final void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx, Failures.closed(null));
        release();
        ctx.fireChannelInactive();
    }

    private void release() {
        if (deadline != null) {
            deadline.callOff();
        }
        frames.drop();
        dispose();
    }

    // ---- reading

    @Override
    public final void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (progress == Progress.IDLE && ctx.channel().isActive()) {
            start(ctx); // data that was read before this task ran
        }
        if (!(msg instanceof ByteBuf bytes) || progress != Progress.RUNNING) {
            ReferenceCountUtil.release(msg);
            return;
        }
        ByteBuf run;
        try {
            run = FrameRun.exclusive(bytes, ctx.alloc());
        } catch (RuntimeException | Error e) {
            fail(ctx, Failures.fault(e));
            return;
        }
        try {
            while (progress == Progress.RUNNING && run.isReadable()) {
                receiveFrom(ctx, run);
            }
        } catch (HandshakeException e) {
            report.peersClockIs(e.clockDifferenceSeconds());
            dispose();
            refused(ctx, Failures.refused(e));
        } catch (RuntimeException | Error e) {
            fail(ctx, Failures.fault(e));
        } finally {
            run.release();
        }
    }

    private void receiveFrom(ChannelHandlerContext ctx, ByteBuf run) throws HandshakeException {
        ByteBuf message = frames.take(run, framesAwaited(), ctx.alloc());
        if (message == null) {
            return;
        }
        Session session;
        try {
            session = receive(ctx, message);
        } finally {
            message.release();
        }
        if (session != null) {
            complete(ctx, session, run.isReadable() ? run.retainedSlice() : null);
        }
    }

    @Override
    public final void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        if (!ctx.isRemoved() && !ctx.channel().config().isAutoRead()) {
            ctx.read();
        }
    }

    @Override
    public final void read(ChannelHandlerContext ctx) {
        held().read();
        ctx.read();
    }

    // ---- writing

    @Override
    public final void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        switch (progress) {
            case IDLE, RUNNING, REFUSED -> held().write(msg, promise);
            case SUCCEEDED, FAILED -> {
                ReferenceCountUtil.release(msg);
                promise.tryFailure(new ClosedChannelException());
            }
        }
    }

    @Override
    public final void flush(ChannelHandlerContext ctx) {
        held().flush();
        ctx.flush();
    }

    // ---- the end

    /**
     * Replaces this handler with the cipher, and passes it the waiting writes, then the data that arrived after the
     * handshake. This handler is gone before any listener is told, and the flush comes last, so that nothing that it
     * causes can overtake on a transport that delivers at once.
     */
    private void complete(ChannelHandlerContext ctx, Session session, @Nullable ByteBuf rest) {
        progress = Progress.SUCCEEDED;
        release();
        CipherHandler cipher;
        ChannelHandlerContext cipherCtx;
        try {
            cipher = new CipherHandler(session, settings.closePolicy());
            ctx.pipeline().replace(this, ctx.name(), cipher);
            // A handler that fails while it is added is gone, and Netty reports that by exceptionCaught only.
            cipherCtx = Objects.requireNonNull(ctx.pipeline().context(cipher), "the cipher was not added");
        } catch (RuntimeException | Error e) {
            session.close();
            ReferenceCountUtil.release(rest);
            progress = Progress.RUNNING;
            Abort.makeCloseAReset(ctx.channel());
            fail(ctx, Failures.fault(e));
            Abort.reset(ctx.channel());
            return;
        }
        held().passWritesTo(cipher, cipherCtx);
        report.succeeded(ctx, session.version());
        if (rest != null) {
            ctx.fireChannelRead(rest);
        }
        held().passRequestsTo(cipher, cipherCtx);
    }

    /**
     * The connection failed.
     *
     * @param cause why
     */
    public final void connectFailed(Throwable cause) {
        if (context != null) {
            fail(context, Failures.notConnected(cause));
        }
    }

    /**
     * Fails the future of a handler that can't be added to its pipeline.
     *
     * @param loop the channel's event loop
     * @param cause why
     */
    public final void failUnadded(EventExecutor loop, HandshakeFailedException cause) {
        report.completesOn(loop);
        report.failedUnadded(cause);
    }

    /** Drops what comes until the deadline or the end of the connection, and only then fails, with this cause. */
    final void failLater(HandshakeFailedException cause) {
        progress = Progress.REFUSED;
        refusal = cause;
    }

    /**
     * Tells all listeners once, then fails the waiting writes, then lets the side decide about the connection. If a
     * refusal was kept for later, that is the cause.
     */
    final void fail(ChannelHandlerContext ctx, HandshakeFailedException unlessRefused) {
        if (progress == Progress.SUCCEEDED || progress == Progress.FAILED) {
            return;
        }
        HandshakeFailedException cause = Objects.requireNonNullElse(refusal, unlessRefused);
        progress = Progress.FAILED;
        try {
            frames.drop();
            dispose();
            report.failed(ctx, cause);
            if (held != null) {
                held.fail(cause);
            }
        } finally {
            failed(ctx, cause);
        }
    }

    private HeldTraffic held() {
        return Objects.requireNonNull(held, "not in a pipeline");
    }
}
