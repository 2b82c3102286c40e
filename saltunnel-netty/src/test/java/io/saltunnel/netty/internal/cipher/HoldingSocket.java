package io.saltunnel.netty.internal.cipher;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.saltunnel.core.wire.Frame;
import java.util.ArrayDeque;
import java.util.Deque;

/** Next to the socket: a socket that takes nothing until it is told to. */
final class HoldingSocket extends ChannelOutboundHandlerAdapter {
    private final Deque<Write> held = new ArrayDeque<>();

    private record Write(Object msg, ChannelPromise promise) {}

    /** The frames that wait. */
    int frames() {
        return held.stream()
                .mapToInt(write -> write.msg() instanceof ByteBuf run ? run.readableBytes() / Frame.SIZE : 0)
                .sum();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        held.add(new Write(msg, promise));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        held.forEach(write -> ReferenceCountUtil.release(write.msg()));
    }
}
