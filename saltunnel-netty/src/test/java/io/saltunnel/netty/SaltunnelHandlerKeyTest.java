package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import io.saltunnel.core.handshake.HandshakeFailure;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import org.junit.jupiter.api.Test;

/** What depends on the key: the memory of hellos, and the secrets of connections. */
class SaltunnelHandlerKeyTest {

    /** No data is in flight that would notice the closed memory. */
    @Test
    void anIdleConnectionIsResetWhenTheMemoryOfItsKeysIsClosed() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            pair.memory.close();
            pair.pump();
            assertThat(pair.client.isOpen()).isFalse();
            assertThat(pair.server.isOpen()).isFalse();
            assertThat(pair.clientEar.events)
                    .containsExactly("HandshakeCompleted", "IllegalStateException", "inactive");
            assertThat(pair.serverEar.events)
                    .containsExactly("HandshakeCompleted", "IllegalStateException", "inactive");
        }
    }

    @Test
    void aWriteAfterTheMemoryIsClosedFailsAndNothingLeaves() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            pair.memory.close();
            ChannelFuture written = pair.client.write(pair.bytes(new byte[1000]));
            pair.client.flush();
            pair.client.runPendingTasks();
            assertThat(written.isDone()).isTrue();
            assertThat(written.isSuccess()).isFalse();
            ByteBuf nothing = pair.client.readOutbound();
            assertThat(nothing).isNull();
            assertThat(pair.client.isOpen()).isFalse();
        }
    }

    /**
     * As {@code SaltunnelHandlers.server(key)} inside {@code initChannel} does; each such server used to admit hellos
     * that others had admitted.
     */
    @Test
    void aServerMadeForEachChannelRefusesAHelloThatAnotherHasSeen() {
        try (LongTermKey key = LongTermKey.random()) {
            EmbeddedChannel client = channel(SaltunnelHandlers.client(key).newHandler());
            ByteBuf hello = client.readOutbound();
            SaltunnelHandler first = SaltunnelHandlers.server(key).newHandler();
            EmbeddedChannel once = channel(first);
            once.writeInbound(hello.copy());
            assertThat(first.handshakeFuture().isDone()).isFalse();
            ByteBuf answer = once.readOutbound();
            assertThat(answer.readableBytes()).isEqualTo(ProtocolVersion.V2.serverHiFrames() * Frame.SIZE);
            answer.release();

            SaltunnelHandler second = SaltunnelHandlers.server(key).newHandler();
            EmbeddedChannel again = channel(second);
            again.writeInbound(hello);
            assertThat(second.handshakeFuture().cause())
                    .isInstanceOfSatisfying(
                            HandshakeFailedException.class,
                            failure -> assertThat(failure.failure()).contains(HandshakeFailure.REPLAYED));
            ByteBuf nothing = again.readOutbound();
            assertThat(nothing).isNull();
            client.finishAndReleaseAll();
            once.finishAndReleaseAll();
            again.finishAndReleaseAll();
        }
    }

    private static EmbeddedChannel channel(SaltunnelHandler handler) {
        return new EmbeddedChannel(handler, new EmbeddedPair.Ear());
    }
}
