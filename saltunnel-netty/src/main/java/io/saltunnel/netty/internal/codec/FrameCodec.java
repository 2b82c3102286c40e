package io.saltunnel.netty.internal.codec;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.TruncatedFrameException;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the wire's byte stream into whole frames of {@value Frame#SIZE} bytes; the first handler of the wire side.
 *
 * <p>Inbound, what a read brought goes on as one run: a {@link ByteBuf} that holds one or more whole frames, owned by
 * the next handler. The bytes of a frame that has not arrived whole, 511 at most, are kept here and go on as a run of
 * their own once the rest is there, so that the large run beside them is never copied. When a read that was asked for
 * completes no frame, another is asked for. Outbound, everything is made of whole frames already (the handshake and the
 * cipher seal nothing else) and passes untouched.
 *
 * <p>A stream that ends inside a frame was cut off: {@link TruncatedFrameException} is fired before the end itself is
 * passed on. Not sharable; runs on the channel's event loop.
 */
public final class FrameCodec extends ChannelDuplexHandler {
    private @Nullable ByteBuf partial;
    private boolean readWanted;

    /** Makes a codec for one connection. */
    public FrameCodec() {}

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (!(msg instanceof ByteBuf bytes)) {
            ctx.fireChannelRead(msg);
            return;
        }
        if (partial != null) {
            completePartial(ctx, partial, bytes);
        }
        if (ctx.isRemoved()) { // by whoever got that frame: there is nobody left to cut for
            bytes.release();
            return;
        }
        int wholeFrames = bytes.readableBytes() / Frame.SIZE * Frame.SIZE;
        if (bytes.readableBytes() > wholeFrames) {
            try {
                partial = ctx.alloc().directBuffer(Frame.SIZE, Frame.SIZE);
            } catch (RuntimeException | Error e) {
                bytes.release();
                throw e;
            }
            partial.writeBytes(bytes, bytes.readerIndex() + wholeFrames, bytes.readableBytes() - wholeFrames);
            bytes.writerIndex(bytes.readerIndex() + wholeFrames);
        }
        if (wholeFrames == 0) {
            bytes.release();
        } else {
            readWanted = false;
            ctx.fireChannelRead(bytes);
        }
    }

    private void completePartial(ChannelHandlerContext ctx, ByteBuf frame, ByteBuf bytes) {
        frame.writeBytes(bytes, Math.min(frame.writableBytes(), bytes.readableBytes()));
        if (!frame.isWritable()) {
            partial = null;
            readWanted = false;
            ctx.fireChannelRead(frame);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        if (readWanted && !ctx.channel().config().isAutoRead()) {
            ctx.read();
        }
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        readWanted = true;
        ctx.read();
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
        if (partial != null) {
            int received = partial.readableBytes();
            dropPartial();
            ctx.fireExceptionCaught(new TruncatedFrameException(received));
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        dropPartial();
    }

    private void dropPartial() {
        if (partial != null) {
            partial.release();
            partial = null;
        }
    }
}
