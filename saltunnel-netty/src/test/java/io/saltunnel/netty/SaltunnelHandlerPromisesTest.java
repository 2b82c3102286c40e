package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: whatever a program does with the promises of its writes, no sealed frame is lost; and whatever happens to a
 * frame, the promises of its writes complete.
 */
class SaltunnelHandlerPromisesTest {
    @Test
    void aWriteThatIsCancelledBeforeItsFlushIsDroppedAndTheOthersArrive() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            ByteBuf data = pair.bytes(new byte[] {1});
            ChannelFuture dropped = pair.client.write(data);
            assertThat(dropped.cancel(false)).isTrue();
            pair.client.flush();
            assertThat(data.refCnt()).isZero();
            pair.client.write(pair.bytes(new byte[] {2}));
            pair.client.write(pair.bytes(new byte[40_000])).cancel(false);
            ChannelFuture last = pair.client.writeAndFlush(pair.bytes(new byte[] {3}));
            pair.pump();
            assertThat(pair.serverEar.data.toByteArray()).containsExactly(2, 3);
            assertThat(last.isSuccess()).isTrue();
        }
    }

    @Test
    void aWriteThatIsCancelledDuringTheHandshakeIsDroppedToo() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().connect()) {
            pair.client.writeAndFlush(pair.bytes(new byte[] {1})).cancel(false);
            pair.client.writeAndFlush(pair.bytes(new byte[] {2}));
            pair.pump();
            assertThat(pair.serverEar.data.toByteArray()).containsExactly(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 40_000, 200_000})
    void aWriteThatWasSealedCanNotBeCancelled(int length) throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            List<ChannelFuture> writes = new ArrayList<>();
            pair.client.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
                @Override
                public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                    writes.forEach(write -> write.cancel(false));
                    ctx.write(msg, promise);
                }
            });
            writes.add(pair.client.write(pair.bytes(new byte[length])));
            pair.client.flush();
            pair.pump();
            assertThat(writes.get(0).isSuccess()).isTrue();
            assertThat(pair.serverEar.data.size()).isEqualTo(length);
        }
    }

    @Test
    void aPromiseThatIsCompletedByItsOwnerLosesNoFrame() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            ChannelPromise done = pair.client.newPromise();
            pair.client.write(pair.bytes(new byte[] {1}), done);
            ChannelPromise given = pair.client.newPromise();
            pair.client.write(pair.bytes(new byte[40_000]), given);
            done.setSuccess();
            given.setFailure(new IOException("waited for too long"));
            pair.client.flush();
            ChannelPromise alone = pair.client.newPromise();
            pair.client.write(pair.bytes(new byte[40_000]), alone);
            alone.setSuccess();
            pair.client.flush();
            pair.client.writeAndFlush(pair.bytes(new byte[] {3}));
            pair.pump();
            assertThat(pair.serverEar.data.size()).isEqualTo(1 + 40_000 + 40_000 + 1);
            assertThat(pair.server.isOpen()).isTrue();
        }
    }

    /** Many handlers of other libraries do this, which a void promise doesn't allow. */
    @Test
    void aHandlerOnTheWireSideMayListenToEveryPromise() throws Exception {
        List<Boolean> written = new ArrayList<>();
        try (EmbeddedPair pair = new EmbeddedPair()) {
            for (var channel : List.of(pair.client, pair.server)) {
                channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
                    @Override
                    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                        promise.addListener(done -> written.add(done.isSuccess()));
                        ctx.write(msg, promise);
                    }
                });
            }
            pair.shakeHands();
            pair.client.writeAndFlush(pair.bytes(new byte[200_000]));
            pair.pump();
            assertThat(pair.serverEar.data.size()).isEqualTo(200_000);
            assertThat(written).hasSizeGreaterThan(6).containsOnly(true);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHelloThatCanNotBeWrittenFailsTheHandshake(boolean client) throws Exception {
        IOException full = new IOException("no more today");
        try (EmbeddedPair pair = new EmbeddedPair()) {
            (client ? pair.client : pair.server).pipeline().addFirst(failingWrites(full));
            pair.connect().pump();
            HandshakeFailedException failure =
                    (HandshakeFailedException) (client ? pair.clientHandler : pair.serverHandler)
                            .handshakeFuture()
                            .cause();
            assertThat(failure.getCause()).isSameAs(full);
            assertThat((client ? pair.clientEar : pair.serverEar).events).startsWith("HandshakeFailed");
        }
    }

    @Test
    void aRunThatCanNotBeWrittenEndsTheConnection() throws Exception {
        IOException full = new IOException("no more today");
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            pair.client.pipeline().addFirst("failing", failingWrites(full));
            List<String> told = pair.clientEar.events;
            pair.client.writeAndFlush(pair.bytes(new byte[200_000])).addListener(write -> told.add("write failed"));
            ChannelFuture waiting = pair.client.write(pair.bytes(new byte[1]));
            pair.client.runPendingTasks();
            assertThat(told).containsSubsequence("HandshakeCompleted", "IOException", "write failed");
            assertThat(pair.client.isOpen()).isFalse();
            assertThat(waiting.isSuccess()).isFalse();
            assertThat(waiting.isDone()).isTrue();
        }
    }

    @Test
    void aWriteThatNobodyWaitsForTellsItsFailureByException() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            pair.client.write(pair.bytes(new byte[1]), pair.client.voidPromise());
            pair.client.pipeline().firstContext().close();
            pair.client.runPendingTasks();
            assertThat(pair.clientEar.events).contains("ClosedChannelException");
        }
    }

    private static ChannelOutboundHandlerAdapter failingWrites(IOException cause) {
        return new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                ReferenceCountUtil.release(msg);
                promise.setFailure(cause);
            }
        };
    }
}
