package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.stage.EndOfStream;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@link SaltunnelHandler} promises about ends, in order or not. */
class SaltunnelHandlerEndsTest {
    private static final int FRAME = 512;

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
    void writesFailWhileACloseStillWaitsForTheSocket() throws Exception {
        List<Runnable> held = new ArrayList<>();
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            pair.client.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
                @Override
                public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                    held.add(() -> ctx.writeAndFlush(msg, promise));
                }
            });
            ChannelFuture before = pair.client.write(pair.bytes(new byte[1]));
            ChannelFuture close = pair.client.pipeline().close(); // the channel's own would cancel timers
            ChannelFuture after = pair.client.writeAndFlush(pair.bytes(new byte[1]));
            assertThat(pair.client.isOpen()).isTrue();
            assertThat(after.cause()).isInstanceOf(ClosedChannelException.class);
            held.forEach(Runnable::run);
            pair.pump();
            assertThat(before.isSuccess() && close.isSuccess()).isTrue();
            assertThat(pair.serverEar.data.size()).isOne();
        }
    }

    @Test
    void closeWaitsForThreeSecondsAtMost() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            List<Object> stuck = new ArrayList<>();
            pair.client.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
                @Override
                public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                    stuck.add(msg);
                }
            });
            pair.client.freezeTime();
            pair.client.write(pair.bytes(new byte[1]));
            pair.client.pipeline().close();
            pair.client.advanceTimeBy(2999, TimeUnit.MILLISECONDS);
            pair.client.runScheduledPendingTasks();
            assertThat(pair.client.isOpen()).isTrue();
            pair.client.advanceTimeBy(1, TimeUnit.MILLISECONDS);
            pair.client.runScheduledPendingTasks();
            assertThat(pair.client.isOpen()).isFalse();
            stuck.forEach(ReferenceCountUtil::release);
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
    void removingTheHandlerRemovesAllOfIt() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            ChannelFuture write = pair.client.write(pair.bytes(new byte[1]));
            pair.client.pipeline().remove("saltunnel");
            assertThat(write.cause()).isInstanceOf(ClosedChannelException.class);
            assertThat(pair.client.pipeline().names()).noneMatch(name -> name.startsWith("saltunnel"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void passesTheEndOfThePeersStreamAndGoesOnWriting(ProtocolVersion version) throws Exception {
        try (EmbeddedPair pair = pair(version)) {
            pair.client.writeAndFlush(EndOfStream.INSTANCE);
            pair.pump();
            pair.server.writeAndFlush(pair.bytes(new byte[5]));
            pair.pump();
            assertThat(pair.serverEar.events).containsExactly("HandshakeCompleted", "end");
            assertThat(pair.clientEar.data.size()).isEqualTo(5);
        }
    }

    /** Version 2 resets the connection; version 1 leaves that to the handlers behind. */
    @ParameterizedTest
    @EnumSource
    void tellsThatAStreamEndedInsideAFrame(ProtocolVersion version) throws Exception {
        for (boolean halfClosure : new boolean[] {true, false}) {
            try (EmbeddedPair pair = pair(version)) {
                pair.server.writeInbound(pair.bytes(new byte[511]));
                if (halfClosure) {
                    pair.server.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
                } else {
                    pair.server.pipeline().firstContext().close();
                }
                assertThat(pair.serverEar.events)
                        .containsExactly(
                                "HandshakeCompleted",
                                "TruncatedFrameException",
                                halfClosure && version == ProtocolVersion.V1 ? "end" : "inactive");
            }
        }
    }

    private static EmbeddedPair pair(ProtocolVersion version) throws Exception {
        return new EmbeddedPair(SaltunnelSettings.defaults().withProtocol(version), SaltunnelSettings.defaults())
                .shakeHands();
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
