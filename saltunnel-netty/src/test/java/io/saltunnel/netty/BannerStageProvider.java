package io.saltunnel.netty;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.PipelineStageProvider;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Greets every connection with the provider's argument. */
public final class BannerStageProvider implements PipelineStageProvider {
    /** For the service loader. */
    public BannerStageProvider() {}

    @Override
    public String name() {
        return "banner";
    }

    @Override
    public PipelineStage create(String argument) {
        return (place, connection) -> place == PipelineStage.Place.ofAcceptedSocket(connection.role())
                ? List.of(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelActive(ChannelHandlerContext ctx) {
                        ctx.writeAndFlush(ByteBufUtil.encodeString(
                                ctx.alloc(), java.nio.CharBuffer.wrap(argument), StandardCharsets.US_ASCII));
                        ctx.fireChannelActive();
                    }
                })
                : List.of();
    }
}
