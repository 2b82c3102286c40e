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
 * Encrypts and authenticates a channel. Above it, {@link io.netty.buffer.ByteBuf}s of plaintext of any size and kind
 * are written and read; below it, on the wire, are whole frames that look random.
 *
 * <ul>
 *   <li><b>Handshake.</b> It begins when the channel becomes active. In a channel that is active already it begins once
 *       the task of the event loop that adds this handler is done. It reads for itself whatever {@code autoRead} says,
 *       and ends with {@link #handshakeFuture()}, then one event, both before the first plaintext:
 *       {@link io.saltunnel.netty.handshake.HandshakeCompleted} or
 *       {@link io.saltunnel.netty.handshake.HandshakeFailed}. A failed connect or a failed write of a hello fails it.
 *   <li><b>Failure of the handshake.</b> The future, then the event, then
 *       {@link io.saltunnel.netty.handshake.HandshakeFailedException} in {@code exceptionCaught}, then the writes that
 *       wait. A client then closes the channel; if it refused what the server sent, all of that comes at its time-out,
 *       since an altered frame must not show earlier. A server does as its {@link SaltunnelSettings#withFailurePolicy settings} say:
 *       where it is to be silent, {@code exceptionCaught} comes at the end of the silence, just before
 *       {@code channelInactive}, since many handlers close the channel there.
 *   <li><b>Writing.</b> Writes may begin at once: until the handshake is over they wait, counted towards the channel's
 *       writability, then go out in their order. If it fails they fail with its
 *       {@link io.saltunnel.netty.handshake.HandshakeFailedException}. Later, a write's promise completes when its last
 *       byte was written to the socket. A write may be cancelled until its first byte is sealed, by the flush
 *       behind it. Each flush fills whole frames of up to 494 bytes of data, so that flushing once, say in {@code channelReadComplete}, puts fewer on the wire. Writing gives the message away, and its
 *       reader index moves, whatever becomes of it. A message that is neither a {@code ByteBuf} nor an
 *       {@code EndOfStream} fails: nothing leaves in the clear.
 *   <li><b>Reading.</b> Each buffer belongs to the handler that gets it. Data comes only after it verified. With
 *       {@code autoRead} off, a {@code read()} brings data or goes on reading until some is there; what came in one
 *       read with the end of the handshake comes unasked.
 *   <li><b>Ends.</b> {@code close()} sends what was written before it, for 3 s at most; what is written after it fails.
 *       Before the end of the handshake it closes at once, and what waits fails. To end only the stream that this side
 *       sends, write an {@link io.saltunnel.netty.stage.EndOfStream}: it leaves behind the data, also behind what waits
 *       for the handshake. {@code shutdownOutput()} starts at the socket instead: data that waits here is lost. With
 *       {@code ALLOW_HALF_CLOSURE}, the peer's end of stream comes as {@code ChannelInputShutdownEvent} and this side
 *       may go on writing.
 *   <li><b>Faults.</b> A stream that ends inside a frame ({@link io.saltunnel.core.wire.TruncatedFrameException}), or
 *       data that does not verify ({@link io.saltunnel.core.session.ChunkException}), comes as {@code exceptionCaught};
 *       after the latter the connection is reset. So it is when data can't be sealed, as a buffer that was released
 *       already, or when sealed frames can't be written: the cause comes as {@code exceptionCaught}, and what waits fails
 *       with it. UNIX domain sockets and {@code LocalChannel}s have no reset: there the other end sees the end of the
 *       stream, and only this side gets the exception. In version 1 of the protocol, an end of stream on a frame boundary is
 *       not authenticated: a protocol that must know whether it got everything needs its own end mark there.
 *   <li><b>Ends in version 2.</b> {@code ChannelInputShutdownEvent} comes when the peer has ended its stream for certain,
 *       before its FIN. A connection that ends otherwise, in whatever way, is cut off: a
 *       {@link io.saltunnel.core.wire.TruncatedStreamException} comes as {@code exceptionCaught}, and the connection is
 *       reset. So a program ends its own stream by an {@link io.saltunnel.netty.stage.EndOfStream} before it closes; a
 *       {@code close()} alone is an abort for the peer. Once both streams have ended, what still comes is ignored.
 *   <li><b>Resets.</b>
 *       Netty reports a reset through a read, so a reset that follows the peer's end of stream, or that comes while
 *       nothing is read, shows in the next write or never: a protocol in which nobody may write for long needs a time-out.
 * </ul>
 *
 * <p>The handler stays in the pipeline under its name, and puts those that do the work before itself: whatever is added
 * behind it, {@code addAfter} its name included, deals in plaintext. A handler that is to see the wire is added first.
 * Nothing may stand between the parts, whose names begin with this handler's.
 *
 * <p><b>Nothing leaves in the clear.</b> Removing or replacing this handler, or one of its parts, resets an open
 * connection; what is written from then on fails. A handler that can't be added fails its future and all writes, and
 * resets the connection: one that is added with an {@code EventExecutorGroup}, under a name whose parts exist, or to a
 * closed channel. The channel can't be registered with another event loop. Not sharable; everything happens on the
 * channel's event loop.
 *
 * <p>Another thread may add the handler to a channel that is active. It adds the handlers that deal in plaintext first
 * and this one last, with {@code addFirst}: a thread that is held up between two calls can't make the former miss the
 * first event or the first data then.
 */
public final class SaltunnelHandler extends ChannelDuplexHandler {
    private enum State {
        /** Not in a pipeline, or its parts are not. */
        APART,
        /** The parts stand before it. */
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
     * The end of the handshake. Any thread except the channel's event loop may wait for it, even before the handler is
     * in a pipeline.
     *
     * @return always the same future: completes on the channel's event loop with the channel, or fails with a
     *     {@link io.saltunnel.netty.handshake.HandshakeFailedException}, which has a typed reason
     */
    public Future<Channel> handshakeFuture() {
        return handshake.handshakeFuture();
    }

    // ---- adding and removing

    /** Never throws: Netty would remove the handler, and leave the channel open without it. */
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
        // Before this handler: others may add handlers behind it by its name, and none may come before the cipher.
        FrameCodec frames = new FrameCodec();
        handshake.nameInEvents(ctx.name());
        ctx.pipeline().addBefore(ctx.name(), ctx.name() + ".frames", frames);
        ctx.pipeline().addBefore(ctx.name(), ctx.name() + ".cipher", handshake);
        // Netty removes a handler that fails while it is added, and reports that by exceptionCaught only.
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
            Abort.removed(ctx); // the parts stay: they seal or refuse what is still written, and go with the channel
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
                && failed.cause() == handshake.handshakeFuture().cause()) { // not that of a tunnel around this one
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
