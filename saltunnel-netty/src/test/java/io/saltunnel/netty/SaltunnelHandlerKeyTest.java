package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.saltunnel.core.handshake.HandshakeFailure;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import org.junit.jupiter.api.Test;

/** What hangs on the key: the memory of hellos, and the secrets of connections. */
class SaltunnelHandlerKeyTest {

    /** As {@code SaltunnelHandlers.server(key)} inside {@code initChannel} does; each forgot what the others had seen. */
    @Test
    void aServerMadeForEachChannelRefusesAHelloThatAnotherHasSeen() {
        try (LongTermKey key = LongTermKey.random()) {
            EmbeddedChannel client =
                    new EmbeddedChannel(SaltunnelHandlers.client(key).newHandler(), new EmbeddedPair.Ear());
            ByteBuf hello = client.readOutbound();
            SaltunnelHandler first = SaltunnelHandlers.server(key).newHandler();
            EmbeddedChannel once = new EmbeddedChannel(first, new EmbeddedPair.Ear());
            once.writeInbound(hello.copy());
            assertThat(first.handshakeFuture().isDone()).isFalse();
            ByteBuf answer = once.readOutbound();
            assertThat(answer.readableBytes()).isEqualTo(512);
            answer.release();

            SaltunnelHandler second = SaltunnelHandlers.server(key).newHandler();
            EmbeddedChannel again = new EmbeddedChannel(second, new EmbeddedPair.Ear());
            again.writeInbound(hello);
            assertThat(second.handshakeFuture().cause())
                    .isInstanceOfSatisfying(
                            HandshakeFailedException.class,
                            failure -> assertThat(failure.refusal()).contains(HandshakeFailure.REPLAYED));
            ByteBuf nothing = again.readOutbound();
            assertThat(nothing).isNull();
            client.finishAndReleaseAll();
            once.finishAndReleaseAll();
            again.finishAndReleaseAll();
        }
    }
}
