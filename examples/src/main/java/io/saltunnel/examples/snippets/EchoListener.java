package io.saltunnel.examples.snippets;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;

/** The other side of {@link EchoHandler}: keeps what it hears. */
final class EchoListener extends SimpleChannelInboundHandler<ByteBuf> {
    private final BlockingQueue<String> heard;

    EchoListener(BlockingQueue<String> heard) {
        this.heard = heard;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf msg) {
        heard.add(msg.toString(StandardCharsets.UTF_8));
    }
}
