package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.saltunnel.core.handshake.HandshakeException;
import io.saltunnel.core.handshake.HandshakeFailure;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.handshake.FailurePolicy;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.handshake.HandshakeFailedException.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every way in which a handshake fails has its typed reason. */
class SaltunnelHandlerFailuresTest {
    private static final int FRAME = 512;

    @Test
    void failsWithATypedReasonWhenTheKeysDiffer() throws Exception {
        SaltunnelSettings loud = SaltunnelSettings.defaults().withFailurePolicy(FailurePolicy.CLOSE);
        try (EmbeddedPair pair = new EmbeddedPair(false, SaltunnelSettings.defaults(), loud).connect()) {
            ChannelFuture write = pair.client.writeAndFlush(pair.bytes(new byte[3]));
            pair.pump();
            HandshakeFailedException refused = (HandshakeFailedException)
                    pair.serverHandler.handshakeFuture().cause();
            assertThat(refused.reason()).isEqualTo(Reason.REFUSED);
            assertThat(refused.failure()).contains(HandshakeFailure.BAD_TAG);
            assertThat(pair.serverEar.events)
                    .containsExactly("HandshakeFailed", "HandshakeFailedException", "inactive");
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
    @EnumSource(FailurePolicy.class)
    void refusesAsConfigured(FailurePolicy refusal) throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair(
                SaltunnelSettings.defaults(),
                SaltunnelSettings.defaults().withFailurePolicy(refusal).withHandshakeTimeout(Duration.ofMinutes(1)))) {
            pair.server.register();
            pair.server.freezeTime();
            pair.server.writeInbound(pair.bytes(new byte[FRAME]));
            assertThat(pair.serverHandler.handshakeFuture().isDone()).isTrue();
            assertThat(pair.server.isOpen()).isEqualTo(refusal == FailurePolicy.SILENT);
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
            pair.client.freezeTime();
            ChannelFuture write = pair.client.write(pair.bytes(new byte[1]));
            pair.client.advanceTimeBy(9, TimeUnit.SECONDS);
            pair.client.runScheduledPendingTasks();
            assertThat(pair.client.isOpen()).isTrue();
            pair.client.advanceTimeBy(1, TimeUnit.SECONDS);
            pair.client.runScheduledPendingTasks();
            HandshakeFailedException cause = (HandshakeFailedException)
                    pair.clientHandler.handshakeFuture().cause();
            assertThat(cause.reason()).isEqualTo(Reason.TIMED_OUT);
            assertThat(write.cause()).isSameAs(cause);
            assertThat(pair.client.isOpen()).isFalse();
            assertThat(pair.clientEar.events)
                    .containsExactly("HandshakeFailed", "HandshakeFailedException", "inactive");
        }
    }

    @Test
    void aClientThatRefusesAnAnswerIsSilentUntilItsTimeOut() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair()) {
            pair.client.register();
            pair.client.freezeTime();
            pair.client.<ByteBuf>readOutbound().release();
            pair.client.writeInbound(pair.bytes(new byte[FRAME]));
            pair.client.writeInbound(pair.bytes(new byte[3 * FRAME]));
            pair.client.advanceTimeBy(9_999, TimeUnit.MILLISECONDS);
            pair.client.runScheduledPendingTasks();
            assertThat(pair.client.isOpen()).isTrue();
            assertThat(pair.clientHandler.handshakeFuture().isDone()).isFalse();
            assertThat(pair.client.<ByteBuf>readOutbound()).isNull();
            pair.client.advanceTimeBy(1, TimeUnit.MILLISECONDS);
            pair.client.runScheduledPendingTasks();
            HandshakeFailedException failure = failure(pair.clientHandler);
            assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
            assertThat(failure.failure()).contains(HandshakeFailure.BAD_TAG);
            assertThat(failure.getCause()).isInstanceOf(HandshakeException.class);
            assertThat(pair.client.isOpen()).isFalse();
        }
    }

    @Test
    void aRefusedAnswerIsTheReasonAlsoWhenTheConnectionEndsFirst() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair()) {
            pair.client.register();
            ChannelFuture write = pair.client.write(pair.bytes(new byte[1]));
            pair.client.writeInbound(pair.bytes(new byte[ProtocolVersion.V2.serverHiFrames() * FRAME]));
            pair.client.close();
            HandshakeFailedException failure = failure(pair.clientHandler);
            assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
            assertThat(write.cause()).isSameAs(failure);
        }
    }

    @Test
    void aServerRefusesAHelloThatItHasSeen() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair()) {
            SaltunnelHandlers server = SaltunnelHandlers.server(pair.key);
            pair.client.register();
            ByteBuf hello = pair.client.readOutbound();
            List<SaltunnelHandler> twice = List.of(server.newHandler(), server.newHandler());
            for (SaltunnelHandler handler : twice) {
                EmbeddedChannel channel = new EmbeddedChannel(handler, new EmbeddedPair.Ear());
                channel.writeInbound(hello.copy());
                channel.finishAndReleaseAll();
            }
            hello.release();
            assertThat(failure(twice.get(0)).reason()).isEqualTo(Reason.CLOSED);
            assertThat(failure(twice.get(1)).failure()).contains(HandshakeFailure.REPLAYED);
        }
    }

    @Test
    void anEndDuringTheHandshakeIsAClose() throws Exception {
        for (boolean halfClosure : new boolean[] {true, false}) {
            SaltunnelSettings loud = SaltunnelSettings.defaults().withFailurePolicy(FailurePolicy.CLOSE);
            try (EmbeddedPair pair = new EmbeddedPair(SaltunnelSettings.defaults(), loud).connect()) {
                for (EmbeddedChannel channel : List.of(pair.client, pair.server)) {
                    if (halfClosure) {
                        channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
                    } else {
                        channel.pipeline().firstContext().close();
                    }
                    assertThat(channel.isOpen()).isFalse();
                }
                assertThat(failure(pair.clientHandler).reason()).isEqualTo(Reason.CLOSED);
                assertThat(failure(pair.serverHandler).reason()).isEqualTo(Reason.CLOSED);
            }
        }
    }

    @Test
    void aResetDuringTheHandshakeIsACloseWithItsCause() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair().connect()) {
            IOException reset = new IOException("Connection reset by peer");
            pair.client.pipeline().fireExceptionCaught(reset);
            pair.server.pipeline().fireExceptionCaught(reset);
            for (SaltunnelHandler handler : List.of(pair.clientHandler, pair.serverHandler)) {
                assertThat(failure(handler).reason()).isEqualTo(Reason.CLOSED);
                assertThat(failure(handler).getCause()).isSameAs(reset);
                assertThat(failure(handler).failure()).isEmpty();
            }
        }
    }

    @Test
    void aServersDeadlineIsATimeout() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair()) {
            pair.server.register();
            pair.server.freezeTime();
            pair.server.advanceTimeBy(61, TimeUnit.SECONDS);
            pair.server.runScheduledPendingTasks();
            assertThat(failure(pair.serverHandler).reason()).isEqualTo(Reason.TIMED_OUT);
        }
    }

    @Test
    void whatThisSideLacksIsAFault() throws Exception {
        IllegalStateException dry = new IllegalStateException("no random bytes left");
        SaltunnelSettings broken = SaltunnelSettings.defaults().withRandom(target -> {
            throw dry;
        });
        try (EmbeddedPair pair = new EmbeddedPair(broken, broken).connect()) {
            assertThat(failure(pair.clientHandler).reason()).isEqualTo(Reason.FAULT);
            assertThat(failure(pair.clientHandler).getCause()).isSameAs(dry);
            assertThat(pair.client.isOpen()).isFalse();
        }
        try (EmbeddedPair pair = new EmbeddedPair(SaltunnelSettings.defaults(), broken).connect()) {
            pair.pump();
            assertThat(failure(pair.serverHandler).reason()).isEqualTo(Reason.FAULT);
            assertThat(failure(pair.serverHandler).getCause()).isSameAs(dry);
        }
    }

    @Test
    void aClosedKeyIsAFault() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair()) {
            pair.key.close();
            pair.client.register();
            assertThat(failure(pair.clientHandler).reason()).isEqualTo(Reason.FAULT);
        }
    }

    private static HandshakeFailedException failure(SaltunnelHandler handler) {
        assertThat(handler.handshakeFuture().isDone()).isTrue();
        return (HandshakeFailedException) handler.handshakeFuture().cause();
    }
}
