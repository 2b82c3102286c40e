package io.saltunnel.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipelineException;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.saltunnel.netty.handshake.HandshakeFailed;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.handshake.HandshakeFailedException.Reason;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.codec.FrameCodec;
import io.saltunnel.netty.internal.handshake.HandshakeHandler;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts and authenticates a channel. The handlers behind it read and write plaintext, in {@link ByteBuf}s of any
 * size and kind. The wire carries whole frames that look random.
 *
 * <ul>
 *   <li><b>Handshake.</b> It begins when the channel becomes active, and requests its own reads. It ends with {@link
 *       #handshakeFuture()}, then one event, {@link io.saltunnel.netty.handshake.HandshakeCompleted} or {@link
 *       HandshakeFailed}, both before the first plaintext. After a failure a client closes the channel, and a server
 *       follows {@link SaltunnelSettings#withFailurePolicy}.
 *   <li><b>Writing.</b> Writes may begin at once. Until the handshake is over they wait, and count towards the
 *       channel's writability. If the handshake fails, they fail. A write's promise completes when its last byte was
 *       written to the socket. Each write takes ownership of its message, and moves the message's reader index. A
 *       message that is neither a {@code ByteBuf} nor an {@link io.saltunnel.netty.stage.EndOfStream} fails: nothing
 *       leaves in the clear. Each flush fills whole frames of up to 494 bytes of data, so flush once for several
 *       writes.
 *   <li><b>Reading.</b> Data is passed on only after it has verified. Each buffer belongs to the handler that receives
 *       it.
 *   <li><b>Ends.</b> Write an {@link io.saltunnel.netty.stage.EndOfStream} to end this side's stream, then close. A
 *       {@code close()} alone still sends earlier writes, for 3 s at most, but means an abort to the peer, unless
 *       {@link SaltunnelSettings#withClosePolicy} says otherwise. With {@code ALLOW_HALF_CLOSURE}, the peer's end
 *       arrives as {@code ChannelInputShutdownEvent}, and this side may continue to write. If the connection ends
 *       without the peer's end of stream, a {@link io.saltunnel.core.wire.TruncatedStreamException} arrives in {@code
 *       exceptionCaught}, and the connection is reset. Version 1 of the protocol can't distinguish the two ends.
 *   <li><b>Faults.</b> If data doesn't verify ({@link io.saltunnel.core.session.ChunkException}), or can't be sealed or
 *       written, the cause arrives in {@code exceptionCaught}, the connection is reset, and waiting writes fail. If a
 *       stream ends inside a frame, the cause is a {@link io.saltunnel.core.wire.TruncatedFrameException}.
 *   <li><b>Place.</b> The handler inserts the handlers that do the work, its parts, before itself. Their names begin
 *       with its own name, and no handler may be added between them. Handlers behind it see plaintext. Add a handler
 *       that has to see the wire before this one. Removing or replacing this handler, or a part of it, resets an open
 *       connection.
 * </ul>
 *
 * <p>Add it without an {@code EventExecutorGroup}. If it can't be added, its future and all writes fail, and the
 * connection is reset. On a thread other than the event loop, add the plaintext handlers first and this one last, with
 * {@code addFirst}, so that they miss nothing. The channel can't be registered with another event loop. Not sharable;
 * everything runs on the channel's event loop.
 *
 * <p>{@code docs/embedding.md} has a table of everything that handlers may rely on.
 */
public final class SaltunnelHandler extends ChannelDuplexHandler {
    private enum State {
        /** This handler is not in a pipeline, or its parts aren't. */
        APART,
        /** The parts are in the pipeline, before this handler. */
        STANDING,
        /** The parts can't be added, or this handler was removed. */
        FAILED
    }

    private final HandshakeHandler handshake;

    /** Volatile, because a handler that is added with its own executor doesn't run on the channel's event loop. */
    private volatile State state = State.APART;

    /** The failure of a silent server's handshake, fired when the silence ends. */
    private @Nullable HandshakeFailedException untold;

    SaltunnelHandler(HandshakeHandler handshake) {
        this.handshake = handshake;
    }

    /**
     * The future for the end of the handshake. Any thread except the channel's event loop may wait for it, even before
     * the handler is in a pipeline.
     *
     * @return always the same future: completes on the channel's event loop with the channel, or fails with a
     *     {@link io.saltunnel.netty.handshake.HandshakeFailedException}, which has a typed reason
     */
    public Future<Channel> handshakeFuture() {
        return handshake.handshakeFuture();
    }

    // ---- adding and removing

    /** Never throws, because Netty would then remove the handler and leave the channel open without it. */
    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        try {
            addParts(ctx);
            state = State.STANDING;
        } catch (HandshakeFailedException e) {
            refuse(ctx, e);
        } catch (RuntimeException | Error e) {
            refuse(ctx, new HandshakeFailedException(Reason.FAULT, null, ctx.name() + " can't be added: " + e, e));
        }
    }

    private void addParts(ChannelHandlerContext ctx) throws HandshakeFailedException {
        if (!ctx.channel().isOpen()) {
            throw new HandshakeFailedException(
                    Reason.CLOSED, null, ctx.name() + " was added to a closed channel", null);
        }
        if (ctx.executor() != ctx.channel().eventLoop()) {
            throw new ChannelPipelineException("it must be added without an executor, as it runs on the event loop");
        }
        // Added before this handler, so that handlers that other code adds behind this one by name never precede the
        // cipher.
        FrameCodec frames = new FrameCodec();
        handshake.nameInEvents(ctx.name());
        ctx.pipeline().addBefore(ctx.name(), ctx.name() + ".frames", frames);
        ctx.pipeline().addBefore(ctx.name(), ctx.name() + ".cipher", handshake);
        // If a handler fails while it is added, Netty removes it, and reports that by exceptionCaught only.
        if (ctx.pipeline().context(frames) == null || ctx.pipeline().context(handshake) == null) {
            throw new ChannelPipelineException("one of its parts failed");
        }
    }

    private void refuse(ChannelHandlerContext ctx, HandshakeFailedException cause) {
        state = State.FAILED;
        try {
            Abort.makeCloseAReset(ctx.channel());
            handshake.failUnadded(ctx.channel().eventLoop(), cause);
            SocketAddress peer = ctx.channel().remoteAddress();
            ctx.fireUserEventTriggered(new HandshakeFailed(ctx.name(), peer, OptionalLong.empty(), cause));
            ctx.fireExceptionCaught(cause);
        } finally {
            Abort.reset(ctx.channel());
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        State before = state;
        state = State.FAILED;
        tellAtLast(ctx);
        if (before == State.STANDING) {
            Abort.removed(ctx); // the parts stay until the channel is closed: they seal or refuse later writes
        }
    }

    // ---- writes pass to the parts, or fail

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (state == State.STANDING) {
            ctx.write(msg, promise);
        } else {
            ReferenceCountUtil.safeRelease(msg);
            promise.tryFailure(new ClosedChannelException());
        }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        if (state == State.STANDING) {
            ctx.flush();
        }
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        if (state == State.STANDING) {
            ctx.read();
        }
    }

    @Override
    public void connect(
            ChannelHandlerContext ctx,
            SocketAddress remoteAddress,
            @Nullable SocketAddress localAddress,
            ChannelPromise promise) {
        promise.addListener(connected -> {
            if (!connected.isSuccess()) {
                handshake.connectFailed(connected.cause());
            }
        });
        ctx.connect(remoteAddress, localAddress, promise);
    }

    @Override
    public void deregister(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (ctx.channel().isOpen()) {
            promise.tryFailure(new UnsupportedOperationException(
                    ctx.name() + " belongs to its event loop: the channel can't be registered with another"));
        } else {
            ctx.deregister(promise);
        }
    }

    // ---- reads are plaintext

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (state == State.STANDING || !(msg instanceof ByteBuf)) {
            ctx.fireChannelRead(msg);
        } else {
            ReferenceCountUtil.release(msg);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        ctx.fireUserEventTriggered(event);
        if (event instanceof HandshakeFailed failed
                && failed.cause() == handshake.handshakeFuture().cause()) { // not that of an outer tunnel
            untold = failed.cause();
            if (!handshake.isSilentOnFailure() || !ctx.channel().isActive()) {
                tellAtLast(ctx);
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        tellAtLast(ctx);
        ctx.fireChannelInactive();
    }

    private void tellAtLast(ChannelHandlerContext ctx) {
        HandshakeFailedException cause = untold;
        untold = null;
        if (cause != null) {
            ctx.fireExceptionCaught(cause);
        }
    }
}
