package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.saltunnel.core.handshake.HandshakeFailure;
import io.saltunnel.netty.handshake.HandshakeCompleted;
import io.saltunnel.netty.handshake.HandshakeFailed;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What {@link SaltunnelHandler} promises of the handshake: its events, its failures, what is written meanwhile. */
class SaltunnelHandlerHandshakeTest {
    @Test
    void tellsOfTheHandshakeBeforeTheFirstData() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().connect()) {
            pair.client.writeAndFlush(pair.bytes(new byte[10]));
            pair.server.writeAndFlush(pair.bytes(new byte[20]));
            pair.pump();
            assertThat(pair.clientEar.events).containsExactly("HandshakeCompleted", "data");
            assertThat(pair.serverEar.events).containsExactly("HandshakeCompleted", "data");
        }
    }

    @Test
    void queuesWritesUntilTheHandshakeIsOverAndCountsThem() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().connect()) {
            List<ChannelFuture> writes = new ArrayList<>();
            while (pair.client.isWritable()) {
                writes.add(pair.client.write(pair.bytes(new byte[8000])));
                pair.client.runPendingTasks();
            }
            assertThat(writes).hasSizeBetween(5, 10).noneMatch(ChannelFuture::isDone);
            pair.client.flush();
            pair.pump();
            assertThat(writes).allMatch(ChannelFuture::isSuccess);
            assertThat(pair.client.isWritable()).isTrue();
            assertThat(pair.serverEar.data.size()).isEqualTo(8000 * writes.size());
        }
    }

    @Test
    void keepsTheOrderOfWritesAroundTheHandshake() throws Exception {
        ChannelInboundHandlerAdapter second = new ChannelInboundHandlerAdapter() {
            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                if (event instanceof HandshakeCompleted) {
                    ctx.writeAndFlush(ctx.alloc().directBuffer().writeByte(2));
                }
                ctx.fireUserEventTriggered(event);
            }
        };
        try (EmbeddedPair pair =
                new EmbeddedPair(SaltunnelSettings.defaults(), SaltunnelSettings.defaults(), second).connect()) {
            pair.client.write(pair.bytes(new byte[] {1}));
            pair.pump();
            pair.client.writeAndFlush(pair.bytes(new byte[] {3}));
            pair.pump();
            assertThat(pair.serverEar.data.toByteArray()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void failsWhatWaitsWhenTheHandlerIsRemoved() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().connect()) {
            ChannelFuture write = pair.client.write(pair.bytes(new byte[1]));
            pair.client.pipeline().remove("saltunnel");
            pair.client.runPendingTasks();
            assertThat(write.cause()).isInstanceOf(HandshakeFailedException.class);
            assertThat(pair.client.pipeline().names()).doesNotContain("saltunnel.frames", "saltunnel.cipher");
        }
    }

    @Test
    void completesItsFutureBeforeTheEventAndTheEventBeforeTheData() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair()) {
            pair.clientHandler.handshakeFuture().addListener(done -> pair.clientEar.events.add("future"));
            pair.connect();
            pair.server.writeAndFlush(pair.bytes(new byte[1]));
            pair.pump();
            assertThat(pair.clientEar.events).containsExactly("future", "HandshakeCompleted", "data");
            assertThat(pair.clientHandler.handshakeFuture().getNow()).isSameAs(pair.client);
        }
    }

    @Test
    void beginsAfterTheTaskThatAddsItInAChannelThatIsActive() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair()) {
            EmbeddedChannel active = new EmbeddedChannel(new EmbeddedPair.Ear());
            active.pipeline().addFirst(SaltunnelHandlers.client(pair.key).newHandler());
            assertThat(active.outboundMessages()).isEmpty();
            active.runPendingTasks();
            ByteBuf hello = active.readOutbound();
            assertThat(hello.readableBytes()).isEqualTo(512);
            hello.release();
            active.finishAndReleaseAll();
        }
    }

    @Test
    void whatIsAddedBehindItByNameDealsInPlaintext() throws Exception {
        List<String> seen = new ArrayList<>();
        ChannelInboundHandlerAdapter greeter = new ChannelInboundHandlerAdapter() {
            @Override
            public void handlerAdded(ChannelHandlerContext ctx) {
                ctx.writeAndFlush(Unpooled.copiedBuffer("hello", StandardCharsets.US_ASCII));
            }

            @Override
            public void channelRead(ChannelHandlerContext ctx, Object msg) {
                seen.add(((ByteBuf) msg).toString(StandardCharsets.US_ASCII));
                ctx.fireChannelRead(msg);
            }
        };
        try (EmbeddedPair pair = new EmbeddedPair().connect()) {
            pair.client.pipeline().addAfter("saltunnel", "greeter", greeter);
            pair.pump();
            pair.server.writeAndFlush(pair.bytes("welcome".getBytes(StandardCharsets.US_ASCII)));
            pair.pump();
            assertThat(pair.serverEar.data).hasToString("hello");
            assertThat(seen).containsExactly("welcome");
        }
    }

    @Test
    void aFailureIsToldByFutureAndEventAndExceptionBeforeTheWritesFail() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().connect()) {
            List<String> order = pair.clientEar.events;
            ChannelFuture write = pair.client.writeAndFlush(pair.bytes(new byte[1]));
            write.addListener(
                    done -> order.add("write " + done.cause().getClass().getSimpleName()));
            pair.clientHandler.handshakeFuture().addListener(done -> order.add("future"));
            assertThat(pair.client.close().isSuccess()).isTrue();
            assertThat(order)
                    .containsExactly(
                            "future",
                            "HandshakeFailed",
                            "HandshakeFailedException",
                            "write HandshakeFailedException",
                            "inactive");
            assertThat(pair.client.writeAndFlush(pair.bytes(new byte[1])).cause())
                    .isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void tellsOfAFailureOnceAndOfNothingAfterIt() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().connect()) {
            pair.server.writeInbound(pair.bytes(new byte[512]));
            pair.server.writeInbound(pair.bytes(new byte[5 * 512]));
            pair.pump();
            assertThat(pair.serverEar.events).containsExactly("HandshakeFailed");
            assertThat(pair.server.writeAndFlush(pair.bytes(new byte[1])).cause())
                    .isInstanceOf(ClosedChannelException.class);
            assertThat(pair.server.outboundMessages()).isEmpty();
        }
    }

    /** Many handlers close the channel when they are told of an exception, which would end the silence. */
    @Test
    void aSilentServersFailureComesAsAnExceptionWhenTheSilenceEnds() throws Exception {
        ChannelInboundHandlerAdapter closing = new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                ctx.close();
                ctx.fireExceptionCaught(cause);
            }
        };
        try (EmbeddedPair pair = new EmbeddedPair()) {
            pair.server.pipeline().addBefore("ear", "closing", closing);
            pair.connect();
            pair.server.freezeTime();
            pair.server.writeInbound(pair.bytes(new byte[512]));
            pair.server.advanceTimeBy(29, TimeUnit.SECONDS);
            pair.server.runScheduledPendingTasks();
            assertThat(pair.server.isOpen()).as("silent").isTrue();
            assertThat(pair.serverEar.events).containsExactly("HandshakeFailed");
            pair.server.advanceTimeBy(40, TimeUnit.SECONDS);
            pair.server.runScheduledPendingTasks();
            assertThat(pair.server.isOpen()).isFalse();
            assertThat(pair.serverEar.events)
                    .containsExactly("HandshakeFailed", "HandshakeFailedException", "inactive");
        }
    }

    @Test
    void theEventsSayWhichHandlerAndWhatIsKnownOfThePeer() throws Exception {
        List<Object> events = new ArrayList<>();
        class Listener extends ChannelInboundHandlerAdapter {
            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                events.add(event);
            }
        }
        SaltunnelSettings ahead = SaltunnelSettings.defaults()
                .withClock(InstantSource.offset(InstantSource.system(), Duration.ofSeconds(100)));
        try (EmbeddedPair pair = new EmbeddedPair(ahead, SaltunnelSettings.defaults())) {
            pair.server.pipeline().addBefore("ear", "listener", new Listener());
            pair.connect().pump();
            HandshakeCompleted completed = (HandshakeCompleted) events.get(0);
            assertThat(completed.handler()).isEqualTo("saltunnel");
            assertThat(completed.peer()).isEqualTo(pair.server.remoteAddress()).isNotNull();
            assertThat(completed.clockDifferenceSeconds().orElseThrow()).isBetween(98L, 101L);
        }
        events.clear();
        SaltunnelSettings tooFarAhead = SaltunnelSettings.defaults()
                .withClock(InstantSource.offset(InstantSource.system(), Duration.ofHours(3)));
        try (EmbeddedPair pair = new EmbeddedPair(tooFarAhead, SaltunnelSettings.defaults())) {
            pair.server.pipeline().addBefore("ear", "listener", new Listener());
            pair.connect().pump();
            HandshakeFailed failed = (HandshakeFailed) events.get(0);
            assertThat(failed.handler()).isEqualTo("saltunnel");
            assertThat(failed.peer()).isEqualTo(pair.server.remoteAddress());
            assertThat(failed.clockDifferenceSeconds().orElseThrow()).isBetween(10_790L, 10_801L);
            assertThat(failed.cause().failure()).contains(HandshakeFailure.FROM_FUTURE);
        }
    }
}
