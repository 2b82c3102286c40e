package io.saltunnel.netty.internal.cipher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipelineException;
import io.netty.channel.embedded.EmbeddedChannel;
import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.session.Session;
import io.saltunnel.core.session.SessionKeys;
import io.saltunnel.netty.stage.ClosePolicy;
import io.saltunnel.netty.stage.TrafficShape;
import org.junit.jupiter.api.Test;

class CipherHandlerTest {

    /** Netty removes a handler whose handlerAdded has failed. */
    @Test
    void wipesTheKeysEvenIfItCouldNotBeginToSeal() {
        try (SecretMemory memory = SecretMemory.create()) {
            CipherHandler cipher = new CipherHandler(session(memory), ClosePolicy.ABORT, TrafficShape.asWritten());
            ChannelInboundHandlerAdapter place = new ChannelInboundHandlerAdapter();
            EmbeddedChannel channel = new EmbeddedChannel(place);
            ChannelHandlerContext ctx = channel.pipeline().context(place);
            cipher.handlerRemoved(ctx);
            assertThat(memory.liveSecrets()).isZero();
            assertThat(channel.isOpen()).isFalse();
            assertThatExceptionOfType(ChannelPipelineException.class).isThrownBy(channel::checkException);
        }
    }

    private static Session session(SecretMemory memory) {
        try (SecretBytes shared = memory.allocate(32)) {
            shared.buffer().put(0, (byte) 7);
            return Session.ofClient(SessionKeys.derive(shared, memory));
        }
    }
}
