package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.saltunnel.core.handshake.HandshakeFailure;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.handshake.HandshakeFailedException.Reason;
import io.saltunnel.netty.replay.ReplayMemory;
import io.saltunnel.netty.replay.ReplayMemory.Answer;
import io.saltunnel.netty.replay.WhenUnavailable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: a server with a shared memory of replays sends nothing before that memory says that a hello is new. */
@Timeout(60)
class SharedMemoryTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    private final SecretMemory memory = SecretMemory.create();
    private final LongTermKey key = LongTermKey.random(RandomSource.system(), memory);
    private final List<EmbeddedChannel> channels = new ArrayList<>();
    private final Deque<CompletableFuture<Answer>> owed = new ArrayDeque<>();
    private final ScriptedMemory slow = ScriptedMemory.answering(() -> {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        owed.add(answer);
        return answer;
    });

    @AfterEach
    void close() {
        channels.forEach(EmbeddedChannel::finishAndReleaseAll);
        assertThat(memory.liveSecrets()).as("secrets besides the key").isOne();
        key.close();
        memory.close();
    }

    private record Server(SaltunnelHandler handler, EmbeddedChannel channel) {
        /** Bytes that were sent. */
        int sent() {
            channel.runPendingTasks();
            int bytes = 0;
            for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
                bytes += out.readableBytes();
                out.release();
            }
            return bytes;
        }

        HandshakeFailedException failure() {
            channel.runPendingTasks();
            return (HandshakeFailedException) handler.handshakeFuture().cause();
        }
    }

    private Server server(ReplayMemory replays, WhenUnavailable policy) {
        SaltunnelHandler handler = SaltunnelHandlers.server(
                        key,
                        SaltunnelSettings.defaults()
                                .withReplays(replays, policy)
                                .withClock(() -> NOW))
                .newHandler();
        EmbeddedChannel channel = new EmbeddedChannel(handler, new EmbeddedPair.Ear());
        channels.add(channel);
        return new Server(handler, channel);
    }

    private ByteBuf hello(ProtocolVersion version, Instant time) {
        SaltunnelSettings settings =
                SaltunnelSettings.defaults().withProtocol(version).withClock(() -> time);
        EmbeddedChannel client =
                new EmbeddedChannel(SaltunnelHandlers.client(key, settings).newHandler(), new EmbeddedPair.Ear());
        ByteBuf hello = client.readOutbound();
        client.finishAndReleaseAll();
        return hello;
    }

    private ByteBuf hello() {
        return hello(ProtocolVersion.V2, NOW);
    }

    private static int answer(ProtocolVersion version) {
        return version.serverHiFrames() * Frame.SIZE;
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsSentBeforeTheMemorySaysNew(ProtocolVersion version) {
        Server server = server(slow, WhenUnavailable.REFUSE);
        server.channel.writeInbound(hello(version, NOW));
        assertThat(server.sent()).isZero();
        assertThat(slow.asked).hasSize(1);
        owed.remove().complete(Answer.NEW);
        assertThat(server.sent()).isEqualTo(answer(version));
        assertThat(server.handler.handshakeFuture().isDone()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aTunnelIsMadeThroughASlowMemory(ProtocolVersion version) {
        Server server = server(slow, WhenUnavailable.REFUSE);
        SaltunnelHandler handler = SaltunnelHandlers.client(
                        key, SaltunnelSettings.defaults().withProtocol(version).withClock(() -> NOW))
                .newHandler();
        EmbeddedChannel client = new EmbeddedChannel(handler, new EmbeddedPair.Ear());
        channels.add(client);
        pump(client, server.channel);
        owed.remove().complete(Answer.NEW);
        server.channel.runPendingTasks();
        pump(server.channel, client);
        pump(client, server.channel);
        assertThat(handler.handshakeFuture().isSuccess()).isTrue();
        assertThat(server.handler.handshakeFuture().isSuccess()).isTrue();
    }

    private static void pump(EmbeddedChannel from, EmbeddedChannel to) {
        for (ByteBuf out = from.readOutbound(); out != null; out = from.readOutbound()) {
            to.writeInbound(out);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aReplayGetsSilence(ProtocolVersion version) {
        Server server = server(ScriptedMemory.saying(Answer.REPLAYED), WhenUnavailable.LOCAL);
        server.channel.writeInbound(hello(version, NOW));
        assertThat(server.sent()).isZero();
        assertThat(server.channel.isOpen()).isTrue();
        assertThat(server.failure().reason()).isEqualTo(Reason.REFUSED);
        assertThat(server.failure().failure()).contains(HandshakeFailure.REPLAYED);
    }

    @Test
    void withoutAnAnswerRefuseIsSilent() {
        Server server = server(ScriptedMemory.saying(Answer.UNAVAILABLE), WhenUnavailable.REFUSE);
        server.channel.writeInbound(hello());
        assertThat(server.sent()).isZero();
        assertThat(server.channel.isOpen()).isTrue();
        assertThat(server.failure().reason()).isEqualTo(Reason.FAULT);
    }

    @Test
    void aMemoryThatFailsIsUnavailable() {
        Server server = server(
                ScriptedMemory.answering(() -> CompletableFuture.failedFuture(new IOException("connection refused"))),
                WhenUnavailable.REFUSE);
        server.channel.writeInbound(hello());
        assertThat(server.failure())
                .hasMessage("the shared memory of replays can't be asked: connection refused")
                .hasRootCauseInstanceOf(IOException.class);
        Server other = server(
                ScriptedMemory.answering(() -> {
                    throw new IllegalStateException("closed");
                }),
                WhenUnavailable.REFUSE);
        other.channel.writeInbound(hello());
        assertThat(other.failure()).hasMessageContaining("closed");
    }

    @Test
    void withoutAnAnswerLocalDecidesByItself() {
        ScriptedMemory unavailable = ScriptedMemory.saying(Answer.UNAVAILABLE);
        Server server = server(unavailable, WhenUnavailable.LOCAL);
        server.channel.writeInbound(hello());
        assertThat(server.sent()).isEqualTo(answer(ProtocolVersion.V2));
        Server other = server(unavailable, WhenUnavailable.LOCAL);
        other.channel.writeInbound(hello(ProtocolVersion.V2, NOW.minusSeconds(100)));
        assertThat(other.sent()).isZero();
        assertThat(other.failure().failure()).contains(HandshakeFailure.STALE);
    }

    @Test
    void aHelloFromBeforeTheStartIsAnsweredIfTheMemoryDoesNotKnowIt() {
        Server server = server(ScriptedMemory.saying(Answer.NEW), WhenUnavailable.REFUSE);
        server.channel.writeInbound(hello(ProtocolVersion.V2, NOW.minusSeconds(3000)));
        assertThat(server.sent()).isEqualTo(answer(ProtocolVersion.V2));
    }

    @Test
    void onlyAFreshHelloUnderTheKeyThatThisServerDoesNotKnowIsAsked() {
        ByteBuf known = hello();
        server(slow, WhenUnavailable.REFUSE).channel.writeInbound(known.copy());
        assertThat(slow.asked).hasSize(1);
        server(slow, WhenUnavailable.REFUSE).channel.writeInbound(known);
        server(slow, WhenUnavailable.REFUSE)
                .channel
                .writeInbound(Unpooled.directBuffer().writeZero(Frame.SIZE));
        server(slow, WhenUnavailable.REFUSE).channel.writeInbound(hello(ProtocolVersion.V2, NOW.minusSeconds(3601)));
        assertThat(slow.asked).hasSize(1);
    }

    @Test
    void aConnectionThatEndsWhileItWaitsLeavesNothing() {
        Server server = server(slow, WhenUnavailable.REFUSE);
        server.channel.writeInbound(hello());
        assertThat(memory.liveSecrets()).isGreaterThan(1);
        server.channel.close();
        server.channel.runPendingTasks();
        assertThat(memory.liveSecrets()).isOne();
        owed.remove().complete(Answer.NEW);
        assertThat(server.sent()).isZero();
    }

    @Test
    void anAnswerThatComesTooLateIsNone() {
        Server server = server(slow, WhenUnavailable.REFUSE);
        server.channel.writeInbound(hello());
        server.channel.advanceTimeBy(1001, TimeUnit.MILLISECONDS);
        server.channel.runScheduledPendingTasks();
        assertThat(server.failure()).hasMessageContaining("no answer within 1 s");
        assertThat(memory.liveSecrets()).isOne();
        owed.remove().complete(Answer.NEW);
        assertThat(server.sent()).isZero();
    }

    @Test
    void whatComesBeforeTheAnswerIsNoMessage0() {
        Server server = server(slow, WhenUnavailable.REFUSE);
        server.channel.writeInbound(
                Unpooled.wrappedBuffer(hello(), Unpooled.directBuffer().writeZero(3 * Frame.SIZE)));
        assertThat(server.failure().failure()).contains(HandshakeFailure.BAD_TAG);
        owed.remove().complete(Answer.NEW);
        assertThat(server.sent()).isZero();
    }

    /** A reset would tell a prober that its recording was admitted so far. */
    @Test
    void aWaitingConnectionIsEvictedLikeAStranger() throws Exception {
        ScriptedMemory never = ScriptedMemory.answering(CompletableFuture::new);
        try (LoopbackTunnel tunnel = LoopbackTunnel.with(
                client -> client,
                server -> server.replays(never, WhenUnavailable.REFUSE)
                        .handshakeTimeout(Duration.ofSeconds(30))
                        .maxUnauthenticated(1))) {
            byte[] hello = tunnel.recordedHello(ProtocolVersion.V2, "");
            try (Socket waiting = new Socket(InetAddress.getLoopbackAddress(), tunnel.server.boundPort())) {
                waiting.getOutputStream().write(hello);
                Await.until("the question", () -> !never.asked.isEmpty());
                try (Socket newer = new Socket(InetAddress.getLoopbackAddress(), tunnel.server.boundPort())) {
                    assertThat(waiting.getInputStream().read()).isEqualTo(-1);
                    assertThat(newer.isConnected()).isTrue();
                }
            }
        }
    }
}
