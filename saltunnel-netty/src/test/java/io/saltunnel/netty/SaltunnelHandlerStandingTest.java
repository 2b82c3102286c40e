package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.embedded.EmbeddedChannel;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.handshake.HandshakeFailedException.Reason;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: nothing leaves in the clear, whatever is done to the handler's place in the pipeline. What would leave stays in
 * the channel's outbound messages, where these tests look for it.
 */
class SaltunnelHandlerStandingTest {
    private static final byte[] TEXT = "in the clear".getBytes(StandardCharsets.US_ASCII);

    /** What a program may do to an open tunnel. */
    enum Meddling {
        REMOVED,
        CIPHER_REMOVED,
        FRAMES_REMOVED,
        CIPHER_REPLACED,
        REPLACED_BY_ANOTHER_UNDER_ITS_NAME,
        REPLACED_BY_ANOTHER_UNDER_A_NEW_NAME,
        REPLACED_BY_SOMETHING_ELSE,
        CLEARED;

        void with(EmbeddedPair pair) {
            ChannelPipeline pipeline = pair.client.pipeline();
            switch (this) {
                case REMOVED -> pipeline.remove("saltunnel");
                case CIPHER_REMOVED -> pipeline.remove("saltunnel.cipher");
                case FRAMES_REMOVED -> pipeline.remove("saltunnel.frames");
                case CIPHER_REPLACED ->
                    pipeline.replace("saltunnel.cipher", "other", new ChannelInboundHandlerAdapter());
                case REPLACED_BY_ANOTHER_UNDER_ITS_NAME -> pipeline.replace("saltunnel", "saltunnel", pair.another());
                case REPLACED_BY_ANOTHER_UNDER_A_NEW_NAME -> pipeline.replace("saltunnel", "new", pair.another());
                case REPLACED_BY_SOMETHING_ELSE ->
                    pipeline.replace("saltunnel", "saltunnel", new ChannelInboundHandlerAdapter());
                case CLEARED -> {
                    while (pipeline.firstContext() != null) {
                        pipeline.removeFirst();
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void afterTheHandshakeMeddlingResetsTheConnection(Meddling meddling) throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            ChannelFuture before = pair.client.write(pair.bytes(TEXT));
            meddling.with(pair);
            assertNothingLeaves(pair);
            assertThat(before.cause()).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void duringTheHandshakeMeddlingResetsTheConnection(Meddling meddling) throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().connect()) {
            pair.client.<ByteBuf>readOutbound().release(); // the hello
            ChannelFuture before = pair.client.writeAndFlush(pair.bytes(TEXT));
            meddling.with(pair);
            assertNothingLeaves(pair);
            assertThat(before.cause()).isNotNull();
            assertThat(pair.clientHandler.handshakeFuture().cause()).isInstanceOf(HandshakeFailedException.class);
        }
    }

    private static void assertNothingLeaves(EmbeddedPair pair) {
        ByteBuf text = pair.bytes(TEXT);
        ChannelFuture after = pair.client.writeAndFlush(text);
        pair.client.runPendingTasks();
        assertThat(pair.client.outboundMessages()).isEmpty();
        assertThat(pair.client.isOpen()).isFalse();
        assertThat(after.cause()).isNotNull();
        assertThat(text.refCnt()).isZero();
    }

    @Test
    void aHandlerWhosePartsNamesAreTakenIsRefused() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair()) {
            EmbeddedPair.Ear ear = new EmbeddedPair.Ear();
            EmbeddedChannel channel = new EmbeddedChannel(ear);
            channel.pipeline().addFirst("tun.cipher", new ChannelInboundHandlerAdapter());
            SaltunnelHandler handler = pair.another();
            channel.pipeline().addFirst("tun", handler);
            ByteBuf text = pair.bytes(TEXT);
            ChannelFuture write = channel.writeAndFlush(text);
            channel.runPendingTasks();
            assertThat(channel.outboundMessages()).isEmpty();
            assertThat(write.cause()).isInstanceOf(ClosedChannelException.class);
            assertThat(text.refCnt()).isZero();
            assertThat(channel.isOpen()).isFalse();
            HandshakeFailedException failure =
                    (HandshakeFailedException) handler.handshakeFuture().cause();
            assertThat(failure.reason()).isEqualTo(Reason.FAULT);
            assertThat(failure).hasMessageContaining("tun").hasMessageContaining("can't be added");
            assertThat(ear.events)
                    .startsWith("HandshakeFailed", "HandshakeFailedException")
                    .endsWith("inactive");
        }
    }

    @Test
    void aHandlerThatIsAddedToAClosedChannelFailsItsWritesAtOnce() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair()) {
            EmbeddedPair.Ear ear = new EmbeddedPair.Ear();
            EmbeddedChannel channel = new EmbeddedChannel();
            channel.close().sync();
            SaltunnelHandler handler = pair.another();
            channel.pipeline().addLast("tun", handler).addLast(ear);
            ByteBuf text = pair.bytes(TEXT);
            ChannelFuture write = channel.writeAndFlush(text);
            assertThat(write.cause()).isInstanceOf(ClosedChannelException.class);
            assertThat(text.refCnt()).isZero();
            HandshakeFailedException failure =
                    (HandshakeFailedException) handler.handshakeFuture().cause();
            assertThat(failure.reason()).isEqualTo(Reason.CLOSED);
        }
    }

    @Test
    void whatComesPastTheCipherFails() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            ByteBuf text = pair.bytes(TEXT);
            ChannelFuture write =
                    pair.client.pipeline().context("saltunnel.cipher").writeAndFlush(text);
            assertThat(write.cause()).isInstanceOf(IllegalStateException.class);
            assertThat(text.refCnt()).isZero();
            assertThat(pair.client.outboundMessages()).isEmpty();
        }
    }

    @Test
    void registeringWithAnotherLoopIsRefused() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().shakeHands()) {
            ChannelFuture deregister = pair.client.pipeline().deregister();
            assertThat(deregister.cause()).isInstanceOf(UnsupportedOperationException.class);
            pair.client.writeAndFlush(pair.bytes(TEXT));
            pair.pump();
            assertThat(pair.serverEar.data.toByteArray()).isEqualTo(TEXT);
        }
    }

    @Test
    void aTunnelInATunnelWorks() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair()) {
            SaltunnelHandler inner = SaltunnelHandlers.client(pair.key).newHandler();
            pair.client.pipeline().addBefore("ear", "inner", inner);
            pair.server
                    .pipeline()
                    .addBefore(
                            "ear", "inner", SaltunnelHandlers.server(pair.key).newHandler());
            pair.connect().pump();
            assertThat(inner.handshakeFuture().isSuccess()).isTrue();
            pair.client.writeAndFlush(Unpooled.copiedBuffer(TEXT));
            pair.pump();
            assertThat(pair.serverEar.data.toByteArray()).isEqualTo(TEXT);
        }
    }

    @Test
    void theFailureOfATunnelFailsTheOneInsideIt() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair()) {
            pair.client
                    .pipeline()
                    .addBefore(
                            "ear", "inner", SaltunnelHandlers.client(pair.key).newHandler());
            pair.connect();
            pair.client.close();
            pair.client.runPendingTasks();
            assertThat(pair.clientEar.events)
                    .containsExactly("HandshakeFailed", "HandshakeFailed", "HandshakeFailedException", "inactive");
        }
    }
}
