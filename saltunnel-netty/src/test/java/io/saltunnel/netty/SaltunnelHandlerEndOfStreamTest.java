package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.stage.EndOfStream;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Goal: an end of stream that is written reaches the peer behind all data, and nothing after it. */
class SaltunnelHandlerEndOfStreamTest {
    @Test
    void reachesThePeerBehindAllData() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            ChannelFuture data = pair.client.write(pair.bytes(new byte[200_000]));
            ChannelFuture end = pair.client.writeAndFlush(EndOfStream.INSTANCE);
            pair.pump();
            assertThat(data.isSuccess() && end.isSuccess()).isTrue();
            assertThat(pair.serverEar.data.size()).isEqualTo(200_000);
            assertThat(pair.serverEar.events).endsWith("data", "end");
        }
    }

    @Test
    void leavesTheOtherDirectionOpen() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            pair.client.writeAndFlush(EndOfStream.INSTANCE);
            pair.pump();
            pair.server.writeAndFlush(pair.bytes(new byte[5]));
            pair.pump();
            assertThat(pair.clientEar.data.size()).isEqualTo(5);
        }
    }

    @Test
    void waitsForItsFlushLikeData() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            ChannelFuture end = pair.client.write(EndOfStream.INSTANCE);
            pair.pump();
            assertThat(end.isDone() || pair.client.isOutputShutdown()).isFalse();
            pair.client.flush();
            assertThat(end.isSuccess()).isTrue();
        }
    }

    @Test
    void waitsForTheHandshakeBehindTheDataThatDoes() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().connect()) {
            pair.client.write(pair.bytes(new byte[10]));
            ChannelFuture end = pair.client.writeAndFlush(EndOfStream.INSTANCE);
            assertThat(end.isDone()).isFalse();
            pair.pump();
            assertThat(end.isSuccess()).isTrue();
            assertThat(pair.serverEar.events).containsExactly("HandshakeCompleted", "data", "end");
        }
    }

    @Test
    void failsWithTheHandshake() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().connect()) {
            ChannelFuture end = pair.client.writeAndFlush(EndOfStream.INSTANCE);
            pair.client.close();
            assertThat(end.cause()).isInstanceOf(HandshakeFailedException.class);
        }
    }

    @Test
    void dataAfterItFailsAndSoDoesASecondEnd() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            pair.client.write(EndOfStream.INSTANCE);
            ChannelFuture late = pair.client.write(pair.bytes(new byte[1]));
            ChannelFuture second = pair.client.writeAndFlush(EndOfStream.INSTANCE);
            pair.pump();
            ChannelFuture later = pair.client.writeAndFlush(pair.bytes(new byte[1]));
            assertThat(List.of(late.cause(), second.cause(), later.cause()))
                    .hasOnlyElementsOfType(ChannelOutputShutdownException.class);
            assertThat(pair.serverEar.events).containsExactly("HandshakeCompleted", "end");
        }
    }

    @Test
    void canNotBeCancelled() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            ChannelFuture end = pair.client.write(EndOfStream.INSTANCE);
            assertThat(end.cancel(false)).isFalse();
            pair.client.flush();
            assertThat(end.isSuccess()).isTrue();
        }
    }

    @Test
    void oneThatWasCancelledBeforeIsNotWritten() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            ChannelPromise cancelled = pair.client.newPromise();
            cancelled.cancel(false);
            pair.client.writeAndFlush(EndOfStream.INSTANCE, cancelled);
            pair.client.writeAndFlush(pair.bytes(new byte[1]));
            pair.pump();
            assertThat(pair.serverEar.data.size()).isOne();
            assertThat(pair.client.isOutputShutdown()).isFalse();
        }
    }

    @Test
    void failsWhenTheConnectionEndsFirst() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            ChannelFuture end = pair.client.write(EndOfStream.INSTANCE);
            pair.client.pipeline().firstContext().close();
            assertThat(end.cause()).isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void aCloseAfterItWaitsForIt() throws Exception {
        List<Runnable> held = new ArrayList<>();
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            pair.client.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
                @Override
                public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                    held.add(() -> ctx.writeAndFlush(msg, promise));
                }
            });
            pair.client.write(pair.bytes(new byte[10]));
            ChannelFuture end = pair.client.write(EndOfStream.INSTANCE);
            ChannelFuture close = pair.client.pipeline().close();
            assertThat(close.isDone()).isFalse();
            held.forEach(Runnable::run);
            pair.pump();
            assertThat(end.isSuccess() && close.isSuccess()).isTrue();
            assertThat(pair.serverEar.events).containsExactly("HandshakeCompleted", "data", "end");
        }
    }

    @Test
    void aHandlerBehindTheTunnelMayWriteMoreBeforeIt() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            pair.client.pipeline().addAfter("saltunnel", "trailer", new ChannelOutboundHandlerAdapter() {
                @Override
                public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                    if (msg == EndOfStream.INSTANCE) {
                        ctx.write(pair.bytes(new byte[] {3}));
                    }
                    ctx.write(msg, promise);
                }
            });
            pair.client.write(pair.bytes(new byte[] {1, 2}));
            pair.client.writeAndFlush(EndOfStream.INSTANCE);
            pair.pump();
            assertThat(pair.serverEar.data.toByteArray()).containsExactly(1, 2, 3);
            assertThat(pair.serverEar.events).endsWith("data", "end");
        }
    }
}
