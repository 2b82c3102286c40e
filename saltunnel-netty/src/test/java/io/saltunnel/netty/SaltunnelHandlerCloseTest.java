package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.internal.abort.HalfClosingChannel;
import io.saltunnel.netty.stage.ClosePolicy;
import io.saltunnel.netty.stage.EndOfStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Goal: an embedder's {@code close()} ends the stream where the settings say so, and only if nothing has failed. */
class SaltunnelHandlerCloseTest {
    private static final SaltunnelSettings ENDING =
            SaltunnelSettings.defaults().withClosePolicy(ClosePolicy.END_OF_STREAM);

    private static EmbeddedPair pair(SaltunnelSettings client) throws Exception {
        return new EmbeddedPair(client, SaltunnelSettings.defaults()).shakeHands();
    }

    @Test
    void aCloseIsAnAbortUnlessTheSettingsSayOtherwise() throws Exception {
        assertThat(SaltunnelSettings.defaults().closePolicy()).isEqualTo(ClosePolicy.ABORT);
        try (EmbeddedPair pair = pair(SaltunnelSettings.defaults())) {
            pair.client.write(pair.bytes(new byte[10]));
            pair.client.close();
            pair.pump();
            assertThat(pair.serverEar.data.size()).isEqualTo(10);
            assertThat(pair.serverEar.events).doesNotContain("end");
        }
    }

    @Test
    void aCloseEndsTheStreamBehindAllWrites() throws Exception {
        try (EmbeddedPair pair = pair(ENDING)) {
            ChannelFuture written = pair.client.write(pair.bytes(new byte[100_000]));
            ChannelFuture closed = pair.client.close();
            pair.pump();
            assertThat(written.isSuccess() && closed.isSuccess()).isTrue();
            assertThat(pair.serverEar.data.size()).isEqualTo(100_000);
            assertThat(pair.serverEar.events).startsWith("HandshakeCompleted", "data", "end");
        }
    }

    @Test
    void aCloseAfterTheEndAddsNothing() throws Exception {
        try (EmbeddedPair pair = pair(ENDING)) {
            ChannelFuture end = pair.client.writeAndFlush(EndOfStream.INSTANCE);
            ChannelFuture closed = pair.client.close();
            pair.pump();
            assertThat(end.isSuccess() && closed.isSuccess()).isTrue();
            assertThat(pair.serverEar.events).containsOnlyOnce("end");
        }
    }

    @Test
    void aCloseDuringTheHandshakeEndsNothing() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair(ENDING, SaltunnelSettings.defaults()).connect()) {
            pair.client.close();
            pair.pump();
            assertThat(pair.client.isOpen()).isFalse();
            assertThat(pair.serverEar.events).doesNotContain("end");
        }
    }

    @Test
    void aCloseAfterAFailureOfTheConnectionEndsNothing() throws Exception {
        try (EmbeddedPair pair = pair(ENDING)) {
            pair.client.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
            pair.client.close();
            pair.pump();
            assertThat(pair.serverEar.events).doesNotContain("end");
        }
    }

    /** As most error handlers do. */
    @Test
    void aCloseInAnswerToDataThatDoesNotVerifyEndsNothing() throws Exception {
        try (EmbeddedPair pair = pair(ENDING)) {
            pair.client.pipeline().addBefore("ear", "closer", new ChannelInboundHandlerAdapter() {
                @Override
                public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                    ctx.close();
                }
            });
            pair.client.writeInbound(pair.bytes(new byte[512]));
            pair.pump();
            assertThat(pair.client.isOpen()).isFalse();
            assertThat(pair.serverEar.events).doesNotContain("end");
        }
    }

    @Test
    void inVersion1ACloseIsTheSameWithBoth() throws Exception {
        for (ClosePolicy policy : ClosePolicy.values()) {
            SaltunnelSettings settings = SaltunnelSettings.defaults()
                    .withProtocol(ProtocolVersion.V1)
                    .withClosePolicy(policy);
            try (EmbeddedPair pair = pair(settings)) {
                pair.client.close();
                assertThat(pair.client.isOpen()).isFalse();
                Object sent = pair.client.readOutbound();
                assertThat(sent).isNotEqualTo(HalfClosingChannel.FIN);
            }
        }
    }
}
