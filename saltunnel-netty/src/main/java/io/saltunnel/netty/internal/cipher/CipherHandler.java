package io.saltunnel.netty.internal.cipher;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.session.ChunkException;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.TruncatedStreamException;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.abort.FinishedStreams;
import io.saltunnel.netty.internal.codec.FrameRun;
import io.saltunnel.netty.internal.codec.ReadUntilYield;
import io.saltunnel.netty.stage.ClosePolicy;
import io.saltunnel.netty.stage.EndOfStream;
import io.saltunnel.netty.stage.TrafficShape;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Seals writes and opens reads once the handshake is done (docs/PROTOCOL.md, chunks).
 *
 * <p>Outbound, {@link ByteBuf}s of any size and kind wait in a {@link SealQueue}, counted towards the channel's
 * writability, until a flush packs them into full chunks; only the last chunk of a flush may be short. Another {@link
 * TrafficShape} adds padding to a flush, or seals what was written at the times of its pace, flushed or not. A write's
 * promise completes when the run with its last byte is written. An empty buffer puts nothing on the wire; its promise
 * completes after everything written before it. An {@link EndOfStream} is sent behind all data, by the flush that seals
 * the last of it. Any other message fails: nothing leaves unsealed. If no buffer is left to seal into, flushed data
 * stays in the queue, and this tries again after {@link #MEMORY_PAUSE}, or at the next moment of a pace.
 *
 * <p>Inbound, one call opens a run of whole frames, in place if the buffer is direct and has a single owner, and passes
 * it on as one buffer of plaintext, owned by the next handler. A chunk that doesn't verify ends the connection: the
 * data before it is passed on, then a {@link ChunkException} is fired, and the connection is reset. If a requested read
 * yields no data, another read is requested.
 *
 * <p>{@code close} flushes first, for {@link #CLOSE_FLUSH_TIMEOUT} at most, and what a pace needs; its {@link
 * ClosePolicy} says whether that ends the stream. This handler owns the session and wipes its keys when it is removed
 * from the pipeline, which also happens when the channel is closed. Removing the handler from an open channel resets the
 * connection. Not sharable; runs on the channel's event loop.
 */
public final class CipherHandler extends ReadUntilYield {
    /** How long {@code close} waits for earlier writes if the peer doesn't read. */
    public static final Duration CLOSE_FLUSH_TIMEOUT = OrderlyClose.TIMEOUT;

    /** How long sealing waits if no buffer is left. */
    public static final Duration MEMORY_PAUSE = Sealing.MEMORY_PAUSE;

    private static final int MAX_RUN_BYTES = ChunkCipher.MAX_CHUNKS_PER_RUN * Frame.SIZE;

    private enum State {
        OPEN,
        /** Data written before the close is still on its way. */
        CLOSING,
        /** The channel is inactive or being reset, or this handler was removed: nothing is sealed or opened. */
        ENDED
    }

    private final Session session;
    private final RunOpener opener;
    private final WireEnds ends;
    private final ClosePolicy closePolicy;
    private final TrafficShape shape;
    private State state = State.OPEN;
    private @Nullable Sealing sealing;
    private @Nullable OrderlyClose closing;

    /**
     * Takes ownership of a session.
     *
     * @param session established and unused; this handler closes it when it is removed
     * @param closePolicy what {@code close} means to the peer
     * @param shape when frames leave, and how many
     * @throws IllegalArgumentException if the shape needs padding, and the session's version has none; the caller still
     *     owns the session then
     */
    public CipherHandler(Session session, ClosePolicy closePolicy, TrafficShape shape) {
        if (shape.needsPadding() && !session.version().hasPadding()) {
            throw new IllegalArgumentException(session.version() + " of the protocol has no padding");
        }
        this.session = session;
        this.opener = new RunOpener(session.opener());
        this.ends = WireEnds.of(session);
        this.closePolicy = closePolicy;
        this.shape = shape;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        sealing = Sealing.of(shape, ctx, session.sealer(), new Sealing.Listener() {
            @Override
            public boolean isOpen() {
                return CipherHandler.this.isOpen(ctx);
            }

            @Override
            public void sealingFailed(Throwable cause) {
                abort(ctx, cause);
            }

            @Override
            public void runFailed(Throwable cause) {
                CipherHandler.this.runFailed(ctx, cause);
            }

            @Override
            public void endSent() {
                ends.ownEndSent();
                markIfComplete(ctx);
            }
        });
        session.whenMemoryCloses(() -> memoryClosed(ctx));
    }

    /** Runs on the thread that closes the memory. Otherwise an idle connection would notice only at its next frame. */
    private void memoryClosed(ChannelHandlerContext ctx) {
        try {
            ctx.executor().execute(() -> {
                if (isOpen(ctx)) {
                    abort(ctx, new IllegalStateException("secret memory is closed"));
                }
            });
        } catch (RejectedExecutionException e) {
            // The event loop has ended: the connection can't be reset on it any more.
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        try {
            if (sealing != null) { // otherwise adding this handler has failed
                sealing.stop();
            }
            Abort.removed(ctx);
            end();
        } finally {
            session.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        boolean byPeer = state == State.OPEN;
        end();
        if (byPeer && ends.closed() == WireEnds.Response.CUT_OFF) {
            ctx.fireExceptionCaught(new TruncatedStreamException());
        }
        ctx.fireChannelInactive();
    }

    private void end() {
        state = State.ENDED;
        if (sealing != null && !sealing.queue().isEmpty()) { // the stack trace alone takes some microseconds
            sealing.queue().fail(new ClosedChannelException());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (!(msg instanceof ByteBuf bytes)) {
            ctx.fireChannelRead(msg);
            return;
        }
        if (!isOpen(ctx) || ends.areComplete()) {
            bytes.release();
            return;
        }
        ByteBuf frames;
        try {
            frames = FrameRun.exclusive(bytes, ctx.alloc());
        } catch (RuntimeException | Error e) {
            abort(ctx, e);
            return;
        }
        boolean handedOn = false;
        try {
            while (frames.readableBytes() > MAX_RUN_BYTES && isOpen(ctx)) {
                open(ctx, frames.readRetainedSlice(MAX_RUN_BYTES));
            }
            if (frames.isReadable() && isOpen(ctx)) {
                handedOn = true;
                open(ctx, frames);
            }
        } finally {
            if (!handedOn) {
                frames.release();
            }
        }
    }

    /** Opens one run in place and passes its data on; this takes ownership of the run. */
    private void open(ChannelHandlerContext ctx, ByteBuf run) {
        Throwable refusal = opener.open(run);
        if (run.isReadable()) {
            yieldRead(ctx, run);
        } else {
            run.release();
        }
        boolean ended = isOpen(ctx) && ends.peerEnds();
        if (refusal != null && !ends.areComplete()) {
            abort(ctx, refusal);
        } else if (ended) {
            peerEnded(ctx);
        }
    }

    /** Reports the sealed end at once. Reading continues, because a byte between the sealed end and FIN is an error. */
    private void peerEnded(ChannelHandlerContext ctx) {
        readOn();
        markIfComplete(ctx);
        ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
    }

    private void markIfComplete(ChannelHandlerContext ctx) {
        if (ends.areComplete()) {
            FinishedStreams.mark(ctx.channel());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            readNoMore();
            respond(ctx, ends.fin(), () -> ctx.fireUserEventTriggered(event), cutOff(ctx));
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        respond(ctx, ends.failure(cause), () -> ctx.fireExceptionCaught(cause), cause);
    }

    private void respond(ChannelHandlerContext ctx, WireEnds.Response response, Runnable passOn, Throwable cut) {
        switch (response) {
            case PASS_ON -> passOn.run();
            case CUT_OFF -> abort(ctx, cut);
            case RESET -> Abort.reset(ctx.channel());
            case IGNORE -> {}
        }
    }

    /** The system reports a reset once. If a write got the report, which ends the output, a read sees only an end. */
    private Exception cutOff(ChannelHandlerContext ctx) {
        boolean outputFailed =
                ctx.channel() instanceof DuplexChannel duplex && duplex.isOutputShutdown() && !queue().isEndSent();
        return outputFailed ? new IOException("Connection reset by peer") : new TruncatedStreamException();
    }

    private boolean isOpen(ChannelHandlerContext ctx) {
        return state != State.ENDED && !ctx.isRemoved();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (state != State.OPEN) {
            ReferenceCountUtil.safeRelease(msg);
            promise.tryFailure(new ClosedChannelException());
        } else {
            queue().add(msg, promise);
        }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        sealing().flush();
    }

    /**
     * The memory of the writes that wait to be sealed. Event loop only.
     *
     * @return bytes, as they count towards the channel's writability: more than the data
     */
    public long waitingBytes() {
        return queue().bytes();
    }

    /**
     * The data that was taken to be sealed, since the handshake. Event loop only.
     *
     * @return bytes, without padding
     */
    public long sealedBytes() {
        return queue().bytesTaken();
    }

    /**
     * A run was not written. If the channel can still be written to, the frames after it would not verify. The end of
     * the channel or of its output is reported elsewhere.
     */
    private void runFailed(ChannelHandlerContext ctx, Throwable cause) {
        boolean ended = cause instanceof ClosedChannelException || cause instanceof ChannelOutputShutdownException;
        if (!ended && state != State.ENDED && ctx.channel().isOpen()) {
            abort(ctx, cause);
        }
    }

    /** Flushes, then closes. The channel is closed on every path. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (state == State.ENDED || !ctx.channel().isActive()) {
            ctx.close(promise);
        } else if (closing != null) {
            closing.alsoTell(promise);
        } else {
            state = State.CLOSING;
            closing = new OrderlyClose(ctx, promise);
            if (closeEndsStream(ctx)) {
                queue().add(EndOfStream.INSTANCE, ctx.newPromise());
            }
            if (closing.after(queue(), sealing().timeToSeal())) {
                flush(ctx);
            }
        }
    }

    private boolean closeEndsStream(ChannelHandlerContext ctx) {
        return switch (closePolicy) {
            case ABORT -> false;
            case END_OF_STREAM -> ends.closeMayEnd() && !Abort.isCloseAReset(ctx.channel());
        };
    }

    private void abort(ChannelHandlerContext ctx, Throwable cause) {
        state = State.ENDED;
        Abort.makeCloseAReset(ctx.channel());
        try {
            ctx.fireExceptionCaught(cause);
        } finally {
            Abort.reset(ctx.channel());
            queue().fail(cause);
        }
    }

    private Sealing sealing() {
        return Objects.requireNonNull(sealing, "not in a pipeline");
    }

    private SealQueue queue() {
        return sealing().queue();
    }
}
