package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What handlers and listeners may do from within a callback: write, flush, close, remove. */
class SaltunnelHandlerReentrancyTest {
    @Test
    void aListenerMayWriteFlushAndClose() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            pair.client.writeAndFlush(pair.bytes(new byte[] {1})).addListener(first -> {
                pair.client.writeAndFlush(pair.bytes(new byte[] {2})).addListener(second -> {
                    pair.client.write(pair.bytes(new byte[] {3}));
                    pair.client.close();
                });
            });
            pair.pump();
            assertThat(pair.serverEar.data.toByteArray()).containsExactly(1, 2, 3);
            assertThat(pair.client.isOpen()).isFalse();
        }
    }

    @Test
    void aHandlerMayCloseWhileDataComes() throws Exception {
        ChannelInboundHandlerAdapter closing = new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object msg) {
                ctx.close();
                ctx.fireChannelRead(msg);
            }
        };
        try (EmbeddedPair pair =
                new EmbeddedPair(SaltunnelSettings.defaults(), SaltunnelSettings.defaults(), closing).shakeHands()) {
            pair.server.writeAndFlush(pair.bytes(new byte[300_000]));
            pair.pump();
            assertThat(pair.client.isOpen()).isFalse();
        }
    }

    @Test
    void aHandlerMayRemoveTheTunnelWhileDataComes() throws Exception {
        ChannelInboundHandlerAdapter removing = new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object msg) {
                if (ctx.pipeline().get("saltunnel") != null) {
                    ctx.pipeline().remove("saltunnel");
                }
                ctx.fireChannelRead(msg);
            }
        };
        try (EmbeddedPair pair =
                new EmbeddedPair(SaltunnelSettings.defaults(), SaltunnelSettings.defaults(), removing).shakeHands()) {
            pair.server.writeAndFlush(pair.bytes(new byte[300_000]));
            pair.server.flush();
            ByteBuf first = pair.server.readOutbound();
            pair.client.writeInbound(first.readRetainedSlice(700));
            assertThat(pair.client.isOpen()).isFalse();
            pair.client.pipeline().fireChannelRead(first); // what the transport had read already
            assertThat(pair.clientEar.events)
                    .startsWith("HandshakeCompleted", "ChannelPipelineException", "data")
                    .endsWith("inactive");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHandlerMayCloseWhenTheHandshakeIsDone(boolean client) throws Exception {
        ChannelInboundHandlerAdapter closing = new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                ctx.close();
                ctx.fireUserEventTriggered(event);
            }
        };
        try (EmbeddedPair pair = new EmbeddedPair()) {
            (client ? pair.client : pair.server).pipeline().addBefore("ear", "closing", closing);
            pair.connect();
            // Data that comes behind the handshake, in the same read.
            pair.client.writeAndFlush(pair.bytes(new byte[10_000]));
            pair.server.writeAndFlush(pair.bytes(new byte[10_000]));
            pair.pump();
            assertThat((client ? pair.client : pair.server).isOpen()).isFalse();
            assertThat(pair.clientHandler.handshakeFuture().isSuccess()).isTrue();
        }
    }

    @Test
    void aHandlerMayRemoveTheTunnelWhenTheHandshakeIsDone() throws Exception {
        ChannelInboundHandlerAdapter removing = new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                ctx.pipeline().remove("saltunnel");
                ctx.fireUserEventTriggered(event);
            }
        };
        try (EmbeddedPair pair = new EmbeddedPair()) {
            pair.server.pipeline().addBefore("ear", "removing", removing);
            pair.connect();
            ChannelFuture write = pair.server.write(pair.bytes(new byte[10]));
            pair.client.writeAndFlush(pair.bytes(new byte[100]));
            pair.pump();
            assertThat(write.cause()).isInstanceOf(ClosedChannelException.class);
            assertThat(pair.server.pipeline().names()).noneMatch(name -> name.startsWith("saltunnel"));
        }
    }

    @Test
    void aListenerOfTheHandshakeMayWrite() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair()) {
            pair.clientHandler
                    .handshakeFuture()
                    .addListener(done -> pair.client.writeAndFlush(pair.bytes(new byte[] {2})));
            pair.connect();
            pair.client.write(pair.bytes(new byte[] {1}));
            pair.pump();
            assertThat(pair.serverEar.data.toByteArray()).containsExactly(1, 2);
        }
    }

    @Test
    void aHandlerMayAnswerWhileDataComes() throws Exception {
        ChannelInboundHandlerAdapter echo = new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object msg) {
                ctx.writeAndFlush(msg);
            }
        };
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            pair.server.pipeline().addBefore("ear", "echo", echo);
            byte[] data = new byte[300_000];
            new Random(9).nextBytes(data);
            pair.client.writeAndFlush(pair.bytes(data));
            pair.pump();
            assertThat(pair.clientEar.data.toByteArray()).isEqualTo(data);
        }
    }

    @Test
    void aHandlerMayWriteWhenItBecomesWritable() throws Exception {
        int[] more = {20};
        ChannelInboundHandlerAdapter writing = new ChannelInboundHandlerAdapter() {
            @Override
            public void channelWritabilityChanged(ChannelHandlerContext ctx) {
                while (ctx.channel().isWritable() && more[0]-- > 0) {
                    ctx.write(ctx.alloc().directBuffer().writeZero(50_000));
                }
                ctx.flush();
            }
        };
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            pair.client.pipeline().addBefore("ear", "writing", writing);
            pair.client.writeAndFlush(pair.bytes(new byte[100_000]));
            pair.pump();
            assertThat(pair.serverEar.data.size()).isEqualTo(100_000 + 20 * 50_000);
        }
    }

    @Test
    void aHandlerMayCloseAndWriteWhenDataDoesNotVerify() throws Exception {
        List<Throwable> causes = new ArrayList<>();
        ChannelInboundHandlerAdapter closing = new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                ctx.close();
                ctx.writeAndFlush(ctx.alloc().directBuffer().writeByte(1))
                        .addListener(late -> causes.add(late.cause()));
                ctx.fireExceptionCaught(cause);
            }
        };
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            pair.server.pipeline().addBefore("ear", "closing", closing);
            pair.server.writeInbound(pair.bytes(new byte[512]));
            assertThat(pair.serverEar.events).containsExactly("HandshakeCompleted", "ChunkException", "inactive");
            assertThat(causes).singleElement().isInstanceOf(ClosedChannelException.class);
        }
    }
}
