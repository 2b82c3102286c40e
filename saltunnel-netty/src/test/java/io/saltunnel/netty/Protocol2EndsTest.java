package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.internal.abort.HalfClosingChannel;
import io.saltunnel.netty.stage.EndOfStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: in version 2, a stream ends where its sender ended it, and nowhere else. */
class Protocol2EndsTest {
    private static final int FRAME = 512;
    private static final int DATA_IN_FRAME = 494;

    private static final SaltunnelSettings VERSION_2 =
            SaltunnelSettings.defaults().withProtocol(ProtocolVersion.V2);

    private static EmbeddedPair pair() throws Exception {
        return new EmbeddedPair(VERSION_2, SaltunnelSettings.defaults()).shakeHands();
    }

    @Test
    void dataPassesBothWays() throws Exception {
        try (EmbeddedPair pair = pair()) {
            for (int length : new int[] {1, DATA_IN_FRAME, DATA_IN_FRAME + 1, 300_000}) {
                pair.client.writeAndFlush(pair.bytes(new byte[length]));
                pair.server.writeAndFlush(pair.bytes(new byte[length]));
                pair.pump();
            }
            int all = 1 + 2 * DATA_IN_FRAME + 1 + 300_000;
            assertThat(pair.serverEar.data.size()).isEqualTo(all);
            assertThat(pair.clientEar.data.size()).isEqualTo(all);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, DATA_IN_FRAME, DATA_IN_FRAME + 1, 200_000})
    void theEndLeavesWithTheLastDataOfItsFlush(int length) throws Exception {
        try (EmbeddedPair pair = pair()) {
            ChannelFuture data = pair.client.write(pair.bytes(new byte[length]));
            ChannelFuture end = pair.client.writeAndFlush(EndOfStream.INSTANCE);
            assertThat(data.isSuccess() && end.isSuccess()).isTrue();
            byte[] wire = wire(pair.client);
            assertThat(wire).hasSize(Math.max(1, (length + DATA_IN_FRAME - 1) / DATA_IN_FRAME) * FRAME);
            pair.server.writeInbound(pair.bytes(wire));
            assertThat(pair.serverEar.data.size()).isEqualTo(length);
            assertThat(pair.serverEar.events).as("before FIN").endsWith("end");
            pair.server.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            assertThat(pair.serverEar.events).containsOnlyOnce("end").endsWith("end");
        }
    }

    @Test
    void theEndOfDataThatLeftBeforeIsAChunkOfItsOwn() throws Exception {
        try (EmbeddedPair pair = pair()) {
            pair.client.writeAndFlush(pair.bytes(new byte[10]));
            assertThat(wire(pair.client)).hasSize(FRAME);
            pair.client.writeAndFlush(EndOfStream.INSTANCE);
            assertThat(wire(pair.client)).hasSize(FRAME);
            assertThat(pair.client.isOutputShutdown()).isTrue();
        }
    }

    @Test
    void theEndWaitsForTheHandshake() throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair(VERSION_2, SaltunnelSettings.defaults()).connect()) {
            pair.client.write(pair.bytes(new byte[10]));
            ChannelFuture end = pair.client.writeAndFlush(EndOfStream.INSTANCE);
            pair.pump();
            assertThat(end.isSuccess()).isTrue();
            assertThat(pair.serverEar.events).containsExactly("HandshakeCompleted", "data", "end");
        }
    }

    @Test
    void theOtherDirectionGoesOnAfterAnEnd() throws Exception {
        try (EmbeddedPair pair = pair()) {
            pair.client.writeAndFlush(EndOfStream.INSTANCE);
            pair.pump();
            pair.server.writeAndFlush(pair.bytes(new byte[100_000]));
            pair.server.writeAndFlush(EndOfStream.INSTANCE);
            pair.pump();
            assertThat(pair.clientEar.data.size()).isEqualTo(100_000);
            assertThat(pair.clientEar.events).containsExactly("HandshakeCompleted", "data", "end");
            assertThat(pair.client.isOpen() && pair.server.isOpen()).isTrue();
        }
    }

    @Test
    void noCutPassesForAnEnd() throws Exception {
        for (int cut = 0; cut <= 4 * FRAME; cut++) {
            try (EmbeddedPair pair = pair()) {
                pair.client.write(pair.bytes(new byte[4 * DATA_IN_FRAME]));
                pair.client.writeAndFlush(EndOfStream.INSTANCE);
                byte[] wire = wire(pair.client);
                assertThat(wire).hasSize(4 * FRAME);
                if (cut > 0) {
                    pair.server.writeInbound(pair.bytes(Arrays.copyOf(wire, cut)));
                }
                pair.server.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
                assertThat(pair.serverEar.data.size()).isEqualTo(cut / FRAME * DATA_IN_FRAME);
                if (cut == 4 * FRAME) {
                    assertThat(pair.serverEar.events).endsWith("end");
                } else {
                    assertThat(pair.serverEar.events)
                            .as("cut at %d", cut)
                            .doesNotContain("end")
                            .endsWith(
                                    cut % FRAME == 0 ? "TruncatedStreamException" : "TruncatedFrameException",
                                    "inactive");
                }
            }
        }
    }

    @Test
    void aConnectionThatClosesWithoutAnEndIsACutForAChannelThatDoesNotHalfClose() throws Exception {
        try (EmbeddedPair pair = pair()) {
            pair.server.pipeline().firstContext().close();
            assertThat(pair.serverEar.events)
                    .containsExactly("HandshakeCompleted", "TruncatedStreamException", "inactive");
        }
    }

    @Test
    void aResetIsToldOnce() throws Exception {
        try (EmbeddedPair pair = pair()) {
            pair.server.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
            pair.server.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            assertThat(pair.serverEar.events).containsExactly("HandshakeCompleted", "IOException", "inactive");
        }
    }

    @Test
    void closingWithoutAnEndIsAnAbortForThePeer() throws Exception {
        try (EmbeddedPair pair = pair()) {
            pair.client.write(pair.bytes(new byte[10]));
            pair.client.close();
            pair.pump();
            pair.server.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            assertThat(pair.clientEar.events).containsExactly("HandshakeCompleted", "inactive");
            assertThat(pair.serverEar.events)
                    .containsExactly("HandshakeCompleted", "data", "TruncatedStreamException", "inactive");
        }
    }

    @Test
    void bytesAfterTheEndAreAnAbort() throws Exception {
        for (int stray : new int[] {1, FRAME}) {
            try (EmbeddedPair pair = pair()) {
                pair.client.writeAndFlush(EndOfStream.INSTANCE);
                pair.pump();
                pair.server.writeInbound(pair.bytes(new byte[stray]));
                if (stray < FRAME) {
                    pair.server.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
                }
                assertThat(pair.serverEar.events)
                        .containsExactly(
                                "HandshakeCompleted",
                                "end",
                                stray < FRAME ? "TruncatedFrameException" : "ChunkException",
                                "inactive");
            }
        }
    }

    @Test
    void afterBothEndsWhatStillComesIsIgnored() throws Exception {
        try (EmbeddedPair pair = pair()) {
            pair.client.writeAndFlush(EndOfStream.INSTANCE);
            pair.server.writeAndFlush(pair.bytes(new byte[10]));
            pair.server.writeAndFlush(EndOfStream.INSTANCE);
            pair.pump();
            for (EmbeddedPair.Ear ear : List.of(pair.clientEar, pair.serverEar)) {
                assertThat(ear.events).contains("end");
            }
            List<String> before = new ArrayList<>(pair.clientEar.events);
            pair.client.writeInbound(pair.bytes(new byte[FRAME + 7]));
            pair.client.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            assertThat(pair.clientEar.events).isEqualTo(before);
            pair.client.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
            before.add("inactive");
            assertThat(pair.clientEar.events).isEqualTo(before);
        }
    }

    /** All bytes that were flushed, without FIN. */
    private static byte[] wire(HalfClosingChannel channel) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Object next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            if (next instanceof ByteBuf frames) {
                byte[] copy = new byte[frames.readableBytes()];
                frames.readBytes(copy).release();
                bytes.writeBytes(copy);
            }
        }
        return bytes.toByteArray();
    }
}
