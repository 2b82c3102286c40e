package io.saltunnel.netty.internal.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.TruncatedFrameException;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.abort.EndOfStreamHandler;
import io.saltunnel.netty.stage.EndOfStream;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the wire's byte stream into whole frames of {@value Frame#SIZE} bytes. Its place is on the wire side, between
 * the socket's stages and the handshake.
 *
 * <p>Inbound, the data of one read is passed on as one run: a {@link ByteBuf} that holds one or more whole frames,
 * owned by the next handler. An incomplete frame, 511 bytes at most, is kept here in ordinary memory, so that a peer
 * without the key occupies no locked memory. Once its rest has arrived, the frame is passed on as a separate run, so
 * that the larger run behind it is never copied. If a requested read completes no frame, another read is requested.
 * Outbound, the handshake and the cipher write whole frames with a {@link FrameWrite}, and these pass unchanged. An
 * {@link EndOfStream} becomes FIN, behind the frames. Any other write fails: it has bypassed the cipher, and would
 * leave in the clear.
 *
 * <p>A stream that ends inside a frame was cut off: {@link TruncatedFrameException} is fired before the end itself is
 * passed on. Removing this handler from an open channel resets the connection. Not sharable; runs on the channel's
 * event loop.
 */
public final class FrameCodec extends ReadUntilYield {
    /**
     * The part of a frame that has arrived. Ordinary memory is enough, because anyone on the path could read these
     * bytes.
     */
    private byte @Nullable [] partial;

    private int partialLength;

    /** Makes a codec for one connection. */
    public FrameCodec() {}

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (!(msg instanceof ByteBuf bytes)) {
            ctx.fireChannelRead(msg);
            return;
        }
        if (partial != null && partialLength > 0) {
            try {
                completePartial(ctx, partial, bytes);
            } catch (RuntimeException | Error e) {
                bytes.release();
                throw e;
            }
        }
        if (ctx.isRemoved()) { // by the handler that received that frame
            bytes.release();
            return;
        }
        int wholeFrames = bytes.readableBytes() / Frame.SIZE * Frame.SIZE;
        if (bytes.readableBytes() > wholeFrames) {
            keepPartial(bytes, bytes.readerIndex() + wholeFrames, bytes.readableBytes() - wholeFrames);
            bytes.writerIndex(bytes.readerIndex() + wholeFrames);
        }
        if (wholeFrames == 0) {
            bytes.release();
        } else {
            yieldRead(ctx, bytes);
        }
    }

    private void keepPartial(ByteBuf bytes, int from, int length) {
        if (partial == null) {
            partial = new byte[Frame.SIZE];
        }
        bytes.getBytes(from, partial, partialLength, length);
        partialLength += length;
    }

    /** Copies the whole frame to locked memory, because it will be opened in place. */
    private void completePartial(ChannelHandlerContext ctx, byte[] beginning, ByteBuf bytes) {
        int missing = Frame.SIZE - partialLength;
        if (bytes.readableBytes() < missing) {
            return; // the caller keeps this read's data as well
        }
        ByteBuf frame = ctx.alloc().directBuffer(Frame.SIZE, Frame.SIZE);
        frame.writeBytes(beginning, 0, partialLength).writeBytes(bytes, missing);
        partialLength = 0;
        yieldRead(ctx, frame);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (promise instanceof FrameWrite) {
            ctx.write(msg, promise);
        } else if (msg == EndOfStream.INSTANCE) {
            EndOfStreamHandler.sendFin(ctx, promise);
        } else {
            ReferenceCountUtil.safeRelease(msg);
            promise.tryFailure(new IllegalStateException("a write that came past the cipher would leave in the clear"));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            refusePartial(ctx);
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        refusePartial(ctx);
        ctx.fireChannelInactive();
    }

    private void refusePartial(ChannelHandlerContext ctx) {
        if (partialLength > 0) {
            int received = partialLength;
            partialLength = 0;
            ctx.fireExceptionCaught(new TruncatedFrameException(received));
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        partialLength = 0;
        partial = null;
        Abort.removed(ctx);
    }
}
