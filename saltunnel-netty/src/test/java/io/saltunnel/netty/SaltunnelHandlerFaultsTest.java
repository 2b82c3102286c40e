package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: whatever fails while data is sealed, every write completes, and a close closes. */
class SaltunnelHandlerFaultsTest {
    @Test
    void aBufferThatWasReleasedEndsTheConnectionAndFailsAllThatWaits() throws Exception {
        for (int length : new int[] {1, 40_000}) {
            try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
                ByteBuf released = pair.bytes(new byte[length]);
                ChannelFuture first = pair.client.write(pair.bytes(new byte[3]));
                ChannelFuture second = pair.client.write(released);
                ChannelFuture third = pair.client.write(pair.bytes(new byte[3]));
                released.release();
                pair.client.flush();
                assertThat(List.of(first, second, third))
                        .allMatch(write -> write.cause() instanceof IllegalReferenceCountException);
                assertEnded(pair, "IllegalReferenceCountException");
            }
        }
    }

    @Test
    void wantOfMemoryEndsTheConnectionAndFailsAllThatWaits() throws Exception {
        OutOfMemoryError want = new OutOfMemoryError("none left");
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            List<ChannelFuture> writes = new ArrayList<>();
            writes.add(pair.client.write(pair.bytes(new byte[3])));
            writes.add(pair.client.write(pair.bytes(new byte[3])));
            pair.client.config().setAllocator(failing(want));
            pair.client.flush();
            assertThat(writes).allMatch(write -> write.cause() == want);
            assertEnded(pair, "OutOfMemoryError");
        }
    }

    @Test
    void aCloseClosesWhenWhatWaitsCanNotBeSealed() throws Exception {
        OutOfMemoryError want = new OutOfMemoryError("none left");
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            ChannelFuture write = pair.client.write(pair.bytes(new byte[3]));
            pair.client.config().setAllocator(failing(want));
            ChannelFuture close = pair.client.close();
            pair.client.runPendingTasks();
            assertThat(close.isSuccess()).isTrue();
            assertThat(write.cause()).isSameAs(want);
            assertEnded(pair, "OutOfMemoryError");
        }
    }

    @Test
    void aCloseClosesThoughItsPromiseIsCancelledMeanwhile() throws Exception {
        List<Runnable> held = new ArrayList<>();
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            pair.client.pipeline().addFirst(new io.netty.channel.ChannelOutboundHandlerAdapter() {
                @Override
                public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                    held.add(() -> ctx.writeAndFlush(msg, promise));
                }
            });
            pair.client.write(pair.bytes(new byte[1]));
            ChannelPromise close = pair.client.newPromise();
            pair.client.pipeline().close(close);
            assertThat(close.cancel(false)).isTrue();
            held.forEach(Runnable::run);
            assertThat(pair.client.isOpen()).isFalse();
        }
    }

    @Test
    void writesAfterAnEndFailAtOnce() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            List<Throwable> causes = new ArrayList<>();
            pair.client.pipeline().addLast(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelInactive(ChannelHandlerContext ctx) {
                    ctx.write(ctx.alloc().directBuffer().writeByte(1)).addListener(late -> causes.add(late.cause()));
                    causes.add(null);
                }
            });
            pair.client.pipeline().remove("ear");
            pair.client.pipeline().firstContext().close();
            pair.client.runPendingTasks();
            assertThat(causes).hasSize(2);
            assertThat(causes.get(0)).isInstanceOf(ClosedChannelException.class);
        }
    }

    @Test
    void wantOfMemoryForTheHelloFailsTheHandshake() throws Exception {
        OutOfMemoryError want = new OutOfMemoryError("none left");
        try (EmbeddedPair pair = new EmbeddedPair()) {
            pair.client.config().setAllocator(failing(want));
            pair.client.register();
            assertThat(pair.clientHandler.handshakeFuture().cause()).hasCause(want);
            assertThat(pair.client.isOpen()).isFalse();
        }
    }

    /** The session exists by then. The test holds back the close, so the connection closes later than requested. */
    @ParameterizedTest
    @EnumSource
    void aLastMessageThatIsNotWrittenFailsTheHandshakeAndWipesItsKeys(ProtocolVersion version) throws Exception {
        IOException failure = new IOException("no route");
        SaltunnelSettings settings = SaltunnelSettings.defaults().withProtocol(version);
        try (EmbeddedPair pair = new EmbeddedPair(settings, SaltunnelSettings.defaults())) {
            int[] writes = {0};
            List<Runnable> held = new ArrayList<>();
            pair.client.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
                @Override
                public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                    if (++writes[0] == 2) {
                        ReferenceCountUtil.release(msg);
                        promise.setFailure(failure);
                    } else {
                        ctx.write(msg, promise);
                    }
                }

                @Override
                public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
                    held.add(() -> ctx.close(promise));
                }
            });
            pair.connect().pump();
            held.forEach(Runnable::run);
            assertThat(pair.clientHandler.handshakeFuture().cause())
                    .isInstanceOf(HandshakeFailedException.class)
                    .hasCause(failure);
            assertThat(pair.clientEar.events)
                    .containsExactly("HandshakeFailed", "HandshakeFailedException", "inactive");
            assertThat(pair.client.isOpen()).isFalse();
            // The server still waits. In version 2 it has a slot for the hash of the messages, too.
            int ofServer = version == ProtocolVersion.V2 ? 2 : 1;
            assertThat(pair.memory.liveSecrets()).as("the key and the server's").isEqualTo(1 + ofServer);
        }
    }

    private static void assertEnded(EmbeddedPair pair, String cause) {
        ByteBuf late = pair.bytes(new byte[1]);
        ChannelFuture write = pair.client.writeAndFlush(late);
        pair.client.runPendingTasks();
        assertThat(write.cause()).isInstanceOf(ClosedChannelException.class);
        assertThat(late.refCnt()).isZero();
        assertThat(pair.client.isOpen()).isFalse();
        assertThat(pair.clientEar.events).containsExactly("HandshakeCompleted", cause, "inactive");
    }

    private static ByteBufAllocator failing(OutOfMemoryError want) {
        return new AbstractByteBufAllocator(true) {
            @Override
            protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
                throw want;
            }

            @Override
            protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
                throw want;
            }

            @Override
            public boolean isDirectBufferPooled() {
                return false;
            }
        };
    }
}
