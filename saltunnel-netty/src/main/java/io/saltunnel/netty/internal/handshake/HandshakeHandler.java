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
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.internal.cipher.CipherHandler;
import io.saltunnel.netty.internal.cipher.EventLoopScratch;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Performs the handshake in the place of the {@link CipherHandler}, which replaces it when the handshake is done. It
 * passes the events of the pipeline to {@link HandshakeStates}; see the picture there.
 *
 * <p>Writes during the handshake wait and count towards the channel's writability. They are sealed and sent after the
 * handshake's last message, or fail if the handshake fails. The handshake requests its own reads, independent of {@code
 * autoRead}, and passes an unfulfilled read request on to the cipher. It begins when the channel becomes active. If the
 * channel is active already, the handshake begins after the task that added this handler, so that other handlers added
 * by that task miss nothing.
 *
 * <p>{@link #handshakeFuture()} completes, then an event is fired, once. After that, a failure fails the waiting
 * writes. Removing this handler from an open channel resets the connection. Not sharable; runs on the channel's event
 * loop. Bytes come from a {@link io.saltunnel.netty.internal.codec.FrameCodec} directly before it.
 */
public abstract sealed class HandshakeHandler extends ChannelDuplexHandler implements HandshakeSide
        permits ClientHandshakeHandler, ServerHandshakeHandler {
    private final HandshakeSettings settings;
    private final HandshakeReport report = new HandshakeReport();
    private @Nullable ChannelHandlerContext context;
    private @Nullable HeldTraffic held;
    private @Nullable HandshakeStates states;
    private int keyIndex;

    HandshakeHandler(HandshakeSettings settings) {
        this.settings = settings;
        report.keyIs(settings.keys().label(0));
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
     * Returns the place of the key that the peer has proved.
     *
     * @return from 0; meaningless before the handshake has succeeded
     */
    public final int keyIndex() {
        return keyIndex;
    }

    /**
     * Sets the name of the handler in the events, if it differs from this handler's own name.
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

    /**
     * The connection failed.
     *
     * @param cause why
     */
    public final void connectFailed(Throwable cause) {
        if (states != null) {
            states.fail(Failures.notConnected(cause));
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

    /** The place in the pipeline; null before this handler is added. */
    final @Nullable ChannelHandlerContext context() {
        return context;
    }

    final HandshakeStates states() {
        return Objects.requireNonNull(states, "not in a pipeline");
    }

    /** Records the place of the key that the peer's hello was sealed under. */
    final void peersKeyIs(int index) {
        keyIndex = index;
        report.keyIs(settings.keys().label(index));
    }

    /** Records the peer's clock minus ours. */
    final void peersClockIs(long secondsAhead) {
        report.peersClockIs(OptionalLong.of(secondsAhead));
    }

    // ---- life

    @Override
    public final void handlerAdded(ChannelHandlerContext ctx) {
        report.completesOn(ctx.channel().eventLoop());
        context = ctx;
        held = new HeldTraffic(ctx);
        HandshakeStates added = new HandshakeStates(ctx, this, settings, report, held);
        states = added;
        if (ctx.channel().isActive()) {
            ctx.executor().execute(added::start);
        }
    }

    @Override
    public final void channelActive(ChannelHandlerContext ctx) {
        states().start();
        ctx.fireChannelActive();
    }

    @Override
    public final void handlerRemoved(ChannelHandlerContext ctx) {
        states().handlerRemoved();
    }

    @Override
    public final void channelInactive(ChannelHandlerContext ctx) {
        states().connectionEnded();
        ctx.fireChannelInactive();
    }

    // ---- reading

    @Override
    public final void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (ctx.channel().isActive()) {
            states().start(); // data was read before the task that starts the handshake
        }
        if (msg instanceof ByteBuf bytes) {
            states().receive(bytes);
        } else {
            ReferenceCountUtil.release(msg);
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
        if (states().isOver()) {
            ReferenceCountUtil.release(msg);
            promise.tryFailure(new ClosedChannelException());
        } else {
            held().write(msg, promise);
        }
    }

    @Override
    public final void flush(ChannelHandlerContext ctx) {
        held().flush();
        ctx.flush();
    }

    private HeldTraffic held() {
        return Objects.requireNonNull(held, "not in a pipeline");
    }
}
