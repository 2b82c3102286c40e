package io.saltunnel.netty.internal.handshake;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.PendingWriteQueue;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import io.saltunnel.core.handshake.HandshakeContext;
import io.saltunnel.core.handshake.HandshakeException;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.netty.handshake.HandshakeCompleted;
import io.saltunnel.netty.handshake.HandshakeFailed;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.internal.cipher.CipherHandler;
import io.saltunnel.netty.internal.cipher.EventLoopScratch;
import io.saltunnel.netty.internal.codec.FrameRun;
import io.saltunnel.netty.internal.deadline.Deadline;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Stands where the {@link CipherHandler} will be until the handshake is done, then puts one there and leaves.
 *
 * <p>What is written meanwhile waits, counted towards the channel's writability, and goes out sealed behind the
 * handshake's last message; when the handshake fails, it fails. The handshake reads for itself, whatever
 * {@code autoRead} says, and passes a wish to read that it could not fulfil on to the cipher. It begins when the
 * channel is active.
 *
 * <p>{@link #handshakeFuture()} completes, and {@link HandshakeCompleted} or {@link HandshakeFailed} is fired, once.
 * Not sharable; runs on the channel's event loop. Bytes come from a
 * {@link io.saltunnel.netty.internal.codec.FrameCodec} directly before it.
 */
public abstract sealed class HandshakeHandler extends ChannelDuplexHandler
        permits ClientHandshakeHandler, ServerHandshakeHandler {
    private enum Progress {
        IDLE,
        RUNNING,
        /** A cipher stands in this handler's place. */
        SUCCEEDED,
        FAILED
    }

    private final HandshakeSettings settings;
    private final Promise<Channel> handshakePromise = new HandshakePromise();
    private Progress progress = Progress.IDLE;
    private @Nullable PendingWriteQueue waiting;
    private @Nullable Deadline deadline;
    private @Nullable ChannelHandlerContext context;
    private boolean flushWanted;
    private boolean readWanted;

    HandshakeHandler(HandshakeSettings settings) {
        this.settings = settings;
    }

    /**
     * Tells when the handshake is over.
     *
     * @return completes on the channel's event loop with the channel, or fails with a {@link HandshakeFailedException}
     */
    public final Future<Channel> handshakeFuture() {
        return handshakePromise;
    }

    final HandshakeSettings settings() {
        return settings;
    }

    final HandshakeContext handshakeContext() {
        return new HandshakeContext(
                settings.clock(), settings.random(), EventLoopScratch.current().box());
    }

    /** The place in the pipeline; null before there is one. */
    final @Nullable ChannelHandlerContext context() {
        return context;
    }

    // ---- what a side does

    /** The connection is there. */
    abstract void begin(ChannelHandlerContext ctx);

    /**
     * One frame came.
     *
     * @param frame a buffer of our own, its 512 readable bytes in direct memory; borrowed, may be overwritten
     * @return the session, when this was the last frame of the handshake
     */
    abstract @Nullable Session receive(ChannelHandlerContext ctx, ByteBuf frame) throws HandshakeException;

    /** The handshake failed, and everybody was told: what becomes of the connection? */
    abstract void failed(ChannelHandlerContext ctx, HandshakeFailedException cause);

    /** Time is up, whether the handshake runs or has failed. */
    abstract void deadlinePassed(ChannelHandlerContext ctx);

    /** Wipes what the side holds. Called once or more, on every path. */
    abstract void dispose();

    // ---- life

    @Override
    public final void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        waiting = new PendingWriteQueue(ctx);
        if (ctx.channel().isActive()) {
            start(ctx);
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
        try {
            begin(ctx);
            ctx.read();
        } catch (RuntimeException e) {
            fail(ctx, Failures.fault(e));
        }
        // Not before: nobody can have answered what wasn't said yet.
        if (progress != Progress.SUCCEEDED && !ctx.isRemoved()) {
            deadline = Deadline.in(ctx.executor(), settings.timeout(), () -> deadlinePassed(ctx));
        }
    }

    @Override
    public final void handlerRemoved(ChannelHandlerContext ctx) {
        if (progress != Progress.SUCCEEDED) {
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
        dispose();
    }

    // ---- reading

    @Override
    public final void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (!(msg instanceof ByteBuf bytes) || progress != Progress.RUNNING) {
            ReferenceCountUtil.release(msg);
            return;
        }
        ByteBuf run = FrameRun.exclusive(bytes, ctx.alloc());
        try {
            while (progress == Progress.RUNNING && run.isReadable()) {
                Session session = receive(ctx, run.readSlice(Frame.SIZE));
                if (session != null) {
                    complete(ctx, session, run.isReadable() ? run.retainedSlice() : null);
                }
            }
        } catch (HandshakeException e) {
            fail(ctx, Failures.refused(e));
        } catch (RuntimeException e) {
            fail(ctx, Failures.fault(e));
        } finally {
            run.release();
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
        readWanted = true;
        ctx.read();
    }

    // ---- writing

    @Override
    public final void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        switch (progress) {
            case IDLE, RUNNING -> {
                if (msg instanceof ByteBuf) {
                    Objects.requireNonNull(waiting).add(msg, promise);
                } else {
                    ReferenceCountUtil.safeRelease(msg);
                    promise.tryFailure(new UnsupportedMessageTypeException(msg, ByteBuf.class));
                }
            }
            case SUCCEEDED, FAILED -> {
                ReferenceCountUtil.release(msg);
                promise.tryFailure(new ClosedChannelException());
            }
        }
    }

    @Override
    public final void flush(ChannelHandlerContext ctx) {
        flushWanted = true;
        ctx.flush();
    }

    // ---- the end

    /**
     * Puts the cipher in this handler's place, and hands it what waits, then what came behind the handshake. This
     * handler is gone before anybody is told, and what is flushed goes last, so that nothing which that brings about,
     * on a transport that delivers at once, can overtake.
     */
    private void complete(ChannelHandlerContext ctx, Session session, @Nullable ByteBuf rest) {
        progress = Progress.SUCCEEDED;
        release();
        CipherHandler cipher = new CipherHandler(session);
        ctx.pipeline().replace(this, ctx.name(), cipher);
        ChannelHandlerContext cipherCtx = Objects.requireNonNull(ctx.pipeline().context(cipher));
        PendingWriteQueue queue = Objects.requireNonNull(waiting);
        while (!queue.isEmpty()) {
            Object msg = ReferenceCountUtil.retain(queue.current());
            cipher.write(cipherCtx, msg, queue.remove());
        }
        handshakePromise.trySuccess(ctx.channel());
        ctx.fireUserEventTriggered(HandshakeCompleted.INSTANCE);
        if (rest != null) {
            ctx.fireChannelRead(rest);
        }
        if (flushWanted) {
            cipher.flush(cipherCtx);
        } else {
            cipherCtx.flush();
        }
        if (readWanted) {
            cipher.read(cipherCtx);
        }
    }

    /** Tells everybody, once; then the side decides about the connection. */
    final void fail(ChannelHandlerContext ctx, HandshakeFailedException cause) {
        if (progress == Progress.SUCCEEDED || progress == Progress.FAILED) {
            return;
        }
        progress = Progress.FAILED;
        dispose();
        Objects.requireNonNull(waiting).removeAndFailAll(cause);
        handshakePromise.tryFailure(cause);
        ctx.fireUserEventTriggered(new HandshakeFailed(cause));
        failed(ctx, cause);
    }

    /** May be asked for before the handler has an event loop. */
    private final class HandshakePromise extends DefaultPromise<Channel> {
        @Override
        protected EventExecutor executor() {
            return context == null ? ImmediateEventExecutor.INSTANCE : context.executor();
        }
    }
}
