package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.saltunnel.core.handshake.HandshakeFailure;
import io.saltunnel.netty.handshake.HandshakeCompleted;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.handshake.HandshakeFailedException.Reason;
import io.saltunnel.netty.handshake.Refusal;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link SaltunnelHandler} promises, one promise a test, without a network. Every test also shows that no buffer and no secret is left. */
class SaltunnelHandlersTest {
    private static final int FRAME = 512;

    // ---- the handshake

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
    void failsWithATypedReasonWhenTheKeysDiffer() throws Exception {
        SaltunnelSettings loud = SaltunnelSettings.defaults().withRefusal(Refusal.CLOSE);
        try (EmbeddedPair pair = new EmbeddedPair(false, SaltunnelSettings.defaults(), loud).connect()) {
            ChannelFuture write = pair.client.writeAndFlush(pair.bytes(new byte[3]));
            pair.pump();
            HandshakeFailedException refused = (HandshakeFailedException)
                    pair.serverHandler.handshakeFuture().cause();
            assertThat(refused.reason()).isEqualTo(Reason.REFUSED);
            assertThat(refused.refusal()).contains(HandshakeFailure.BAD_TAG);
            assertThat(pair.serverEar.events).containsExactly("HandshakeFailed", "inactive");
            assertThat(pair.server.isOpen()).isFalse();
            pair.client.close();
            assertThat(write.cause()).isInstanceOf(HandshakeFailedException.class);
            assertThat(((HandshakeFailedException)
                                    pair.clientHandler.handshakeFuture().cause())
                            .reason())
                    .isEqualTo(Reason.CLOSED);
        }
    }

    @ParameterizedTest
    @EnumSource(Refusal.class)
    void refusesAsConfigured(Refusal refusal) throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair(
                SaltunnelSettings.defaults(),
                SaltunnelSettings.defaults().withRefusal(refusal).withHandshakeTimeout(Duration.ofMinutes(1)))) {
            pair.server.register();
            pair.server.freezeTime();
            pair.server.writeInbound(pair.bytes(new byte[FRAME]));
            assertThat(pair.serverHandler.handshakeFuture().isDone()).isTrue();
            assertThat(pair.server.isOpen()).isEqualTo(refusal == Refusal.SILENT);
            pair.server.advanceTimeBy(3, TimeUnit.MINUTES);
            pair.server.runScheduledPendingTasks();
            assertThat(pair.server.isOpen()).isFalse();
            assertThat(pair.server.outboundMessages()).isEmpty();
        }
    }

    @Test
    void aClientGivesUpAfterItsTimeout() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair()) {
            pair.client.register();
            ChannelFuture write = pair.client.write(pair.bytes(new byte[1]));
            pair.client.freezeTime();
            pair.client.advanceTimeBy(11, TimeUnit.SECONDS);
            pair.client.runScheduledPendingTasks();
            HandshakeFailedException cause = (HandshakeFailedException)
                    pair.clientHandler.handshakeFuture().cause();
            assertThat(cause.reason()).isEqualTo(Reason.TIMED_OUT);
            assertThat(write.cause()).isSameAs(cause);
            assertThat(pair.client.isOpen()).isFalse();
            assertThat(pair.clientEar.events).containsExactly("HandshakeFailed", "inactive");
        }
    }

    @Test
    void failsWhatWaitsWhenTheHandlerIsRemoved() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().connect()) {
            ChannelFuture write = pair.client.write(pair.bytes(new byte[1]));
            pair.client.pipeline().remove("saltunnel");
            assertThat(write.cause()).isInstanceOf(HandshakeFailedException.class);
            assertThat(pair.client.pipeline().names()).doesNotContain("saltunnel.frames", "saltunnel.handshake");
        }
    }

    @Test
    void removingTheHandlerRemovesAllOfIt() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            ChannelFuture write = pair.client.write(pair.bytes(new byte[1]));
            pair.client.pipeline().remove("saltunnel");
            assertThat(write.cause()).isInstanceOf(ClosedChannelException.class);
            assertThat(pair.client.pipeline().names()).noneMatch(name -> name.startsWith("saltunnel"));
        }
    }

    // ---- data

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 493, 494, 495, 128 * 494, 128 * 494 + 1, 300 * 494 + 7, 1_000_000})
    void carriesWritesOfEverySize(int size) throws Exception {
        byte[] data = new byte[size];
        new Random(size).nextBytes(data);
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            ChannelFuture there = pair.client.writeAndFlush(pair.bytes(data));
            ChannelFuture back = pair.server.writeAndFlush(pair.bytes(data));
            pair.pump();
            assertThat(there.isSuccess() && back.isSuccess()).isTrue();
            assertThat(pair.serverEar.data.toByteArray()).isEqualTo(data);
            assertThat(pair.clientEar.data.toByteArray()).isEqualTo(data);
        }
    }

    @Test
    void carriesBuffersOfEveryKindAndChangesNobodysBytes() throws Exception {
        byte[] data = new byte[20_000];
        new Random(5).nextBytes(data);
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            ByteBuf shared = pair.bytes(data);
            List<ByteBuf> kinds = List.of(
                    Unpooled.copiedBuffer(data),
                    Unpooled.wrappedBuffer(data),
                    Unpooled.wrappedBuffer(pair.bytes(data), Unpooled.copiedBuffer(data)),
                    shared.retainedDuplicate(),
                    shared.retainedSlice(1, 5000),
                    Unpooled.unreleasableBuffer(shared.duplicate()),
                    pair.bytes(data).asReadOnly(),
                    Unpooled.copiedBuffer(data).asReadOnly(),
                    Unpooled.EMPTY_BUFFER);
            int total = kinds.stream().mapToInt(ByteBuf::readableBytes).sum();
            List<ChannelFuture> writes = new ArrayList<>();
            kinds.forEach(kind -> writes.add(pair.client.write(kind)));
            pair.client.flush();
            pair.pump();
            assertThat(writes).allMatch(ChannelFuture::isSuccess);
            assertThat(pair.serverEar.data.size()).isEqualTo(total);
            assertThat(shared.refCnt()).isEqualTo(1);
            byte[] after = new byte[data.length];
            shared.getBytes(0, after);
            assertThat(after).isEqualTo(data);
            shared.release();
        }
    }

    @Test
    void refusesWhatIsNotABuffer() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().connect()) {
            ChannelFuture early = pair.client.write("text");
            pair.pump();
            ChannelFuture late = pair.client.write("text");
            pair.client.flush();
            assertThat(early.cause()).isInstanceOf(UnsupportedMessageTypeException.class);
            assertThat(late.cause()).isInstanceOf(UnsupportedMessageTypeException.class);
        }
    }

    @Test
    void takesTheStreamInPiecesOfAnySize() throws Exception {
        for (int piece : new int[] {1, 3, 511, 512, 513, 700, 1535}) {
            try (EmbeddedPair pair = new EmbeddedPair().connect()) {
                pair.client.writeAndFlush(pair.bytes(new byte[2000]));
                for (int round = 0; round < 4; round++) {
                    carryInPieces(pair, pair.client, pair.server, piece);
                    carryInPieces(pair, pair.server, pair.client, piece);
                }
                assertThat(pair.serverEar.data.size()).isEqualTo(2000);
            }
        }
    }

    @Test
    void takesTheStreamSplitAtEveryPoint() throws Exception {
        for (int split = 1; split < 3 * FRAME; split++) {
            try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
                pair.client.writeAndFlush(pair.bytes(new byte[1300]));
                ByteBuf frames = pair.client.readOutbound();
                assertThat(frames.readableBytes()).isEqualTo(3 * FRAME);
                pair.server.writeInbound(frames.readRetainedSlice(split));
                pair.server.writeInbound(frames);
                assertThat(pair.serverEar.data.size()).isEqualTo(1300);
            }
        }
    }

    private static void carryInPieces(EmbeddedPair pair, EmbeddedChannel from, EmbeddedChannel to, int piece) {
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            while (bytes.isReadable()) {
                ByteBuf part = pair.buffers.directBuffer(piece);
                part.writeBytes(bytes, Math.min(piece, bytes.readableBytes()));
                to.writeInbound(part);
            }
            bytes.release();
        }
    }

    @Test
    void fillsFramesFromManyWritesOfOneFlush() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            for (int i = 0; i < 494; i++) {
                pair.client.write(pair.bytes(new byte[] {(byte) i, 0}));
            }
            pair.client.flush();
            ByteBuf frames = pair.client.readOutbound();
            assertThat(frames.readableBytes()).isEqualTo(2 * FRAME);
            frames.release();
        }
    }

    @Test
    void worksWithFlushConsolidation() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair(
                        SaltunnelSettings.defaults(), SaltunnelSettings.defaults(), new FlushConsolidationHandler())
                .shakeHands()) {
            pair.client.pipeline().addFirst(new FlushConsolidationHandler());
            for (int i = 0; i < 100; i++) {
                pair.client.writeAndFlush(pair.bytes(new byte[100]));
            }
            pair.pump();
            assertThat(pair.serverEar.data.size()).isEqualTo(10_000);
        }
    }

    @Test
    void readsOnUntilThereIsDataWithAutoReadOff() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            int[] reads = new int[1];
            pair.server.config().setAutoRead(false);
            pair.server.pipeline().addFirst(new io.netty.channel.ChannelOutboundHandlerAdapter() {
                @Override
                public void read(ChannelHandlerContext ctx) {
                    reads[0]++;
                    ctx.read();
                }
            });
            pair.server.read();
            assertThat(reads[0]).isEqualTo(1);
            pair.client.writeAndFlush(pair.bytes(new byte[10]));
            ByteBuf frame = pair.client.readOutbound();
            pair.server.writeInbound(frame.readRetainedSlice(100));
            int readOn = reads[0];
            assertThat(readOn).as("100 bytes are no data: it reads on").isGreaterThan(1);
            pair.server.writeInbound(frame);
            assertThat(reads[0]).as("the read brought data").isEqualTo(readOn);
        }
    }

    // ---- ends

    @Test
    void closeSendsWhatWasWrittenBefore() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            ChannelFuture write = pair.client.write(pair.bytes(new byte[100_000]));
            ChannelFuture close = pair.client.close();
            pair.pump();
            assertThat(write.isSuccess() && close.isSuccess()).isTrue();
            assertThat(pair.serverEar.data.size()).isEqualTo(100_000);
            assertThat(pair.client.close().isSuccess()).isTrue();
        }
    }

    @Test
    void writesAfterCloseFail() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            ChannelPromise first = pair.client.newPromise();
            first.addListener((ChannelFutureListener)
                    done -> assertThat(pair.client.isOpen()).isTrue());
            pair.client.write(pair.bytes(new byte[1]), first);
            List<Throwable> causes = new ArrayList<>();
            first.addListener(done ->
                    pair.client.writeAndFlush(pair.bytes(new byte[1])).addListener(late -> causes.add(late.cause())));
            pair.client.close();
            pair.pump();
            assertThat(causes).singleElement().isInstanceOf(ClosedChannelException.class);
            assertThat(pair.serverEar.data.size()).isEqualTo(1);
        }
    }

    @Test
    void failsWhatIsNotFlushedWhenTheConnectionEnds() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            ChannelFuture write = pair.client.write(pair.bytes(new byte[1]));
            pair.client.pipeline().firstContext().close();
            assertThat(write.cause()).isInstanceOf(ClosedChannelException.class);
        }
    }

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
            pair.client.writeInbound(first);
        }
    }

    @Test
    void passesTheEndOfThePeersStreamAndGoesOnWriting() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            pair.server.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            pair.server.writeAndFlush(pair.bytes(new byte[5]));
            pair.pump();
            assertThat(pair.serverEar.events).containsExactly("HandshakeCompleted", "end");
            assertThat(pair.clientEar.data.size()).isEqualTo(5);
        }
    }

    @Test
    void tellsThatAStreamEndedInsideAFrame() throws Exception {
        for (boolean halfClosure : new boolean[] {true, false}) {
            try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
                pair.server.writeInbound(pair.bytes(new byte[511]));
                if (halfClosure) {
                    pair.server.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
                } else {
                    pair.server.pipeline().firstContext().close();
                }
                assertThat(pair.serverEar.events)
                        .containsExactly(
                                "HandshakeCompleted", "TruncatedFrameException", halfClosure ? "end" : "inactive");
            }
        }
    }

    @Test
    void resetsAfterDataThatDoesNotVerifyAndPassesOnWhatCameBefore() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            pair.client.writeAndFlush(pair.bytes(new byte[3 * 494]));
            ByteBuf frames = pair.client.readOutbound();
            frames.setByte(2 * FRAME + 100, frames.getByte(2 * FRAME + 100) ^ 1);
            pair.server.writeInbound(frames);
            assertThat(pair.serverEar.data.size()).isEqualTo(2 * 494);
            assertThat(pair.serverEar.events)
                    .containsExactly("HandshakeCompleted", "data", "ChunkException", "inactive");
            assertThat(pair.server.isOpen()).isFalse();
        }
    }
}
