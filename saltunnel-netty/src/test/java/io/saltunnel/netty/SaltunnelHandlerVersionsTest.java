package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.handshake.AcceptedVersions;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.stage.EndOfStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: embedded handlers speak both versions, with each Netty, and version 2 by default. */
class SaltunnelHandlerVersionsTest {
    private static final SaltunnelSettings DEFAULTS = SaltunnelSettings.defaults();

    @Test
    void aClientSpeaksVersion2UnlessToldOtherwise() throws Exception {
        try (EmbeddedPair pair =
                new EmbeddedPair(DEFAULTS, DEFAULTS.withAcceptedVersions(AcceptedVersions.ONLY_V2)).shakeHands()) {
            assertThat(pair.clientEar.events).containsExactly("HandshakeCompleted");
        }
    }

    @ParameterizedTest
    @EnumSource
    void dataAndEndsPassBothWays(ProtocolVersion version) throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair(DEFAULTS.withProtocol(version), DEFAULTS).shakeHands()) {
            pair.client.writeAndFlush(pair.bytes(new byte[100_000]));
            pair.server.writeAndFlush(pair.bytes(new byte[50_000]));
            pair.pump();
            pair.client.writeAndFlush(EndOfStream.INSTANCE);
            pair.pump();
            pair.server.writeAndFlush(pair.bytes(new byte[10]));
            pair.pump();
            assertThat(pair.serverEar.data.size()).isEqualTo(100_000);
            assertThat(pair.clientEar.data.size()).isEqualTo(50_010);
            assertThat(pair.serverEar.events).containsExactly("HandshakeCompleted", "data", "end");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatWaitsForTheHandshakeLeavesBehindIt(ProtocolVersion version) throws Exception {
        try (EmbeddedPair pair = new EmbeddedPair(DEFAULTS.withProtocol(version), DEFAULTS).connect()) {
            pair.client.writeAndFlush(pair.bytes(new byte[1000]));
            pair.client.writeAndFlush(EndOfStream.INSTANCE);
            pair.pump();
            assertThat(pair.serverEar.data.size()).isEqualTo(1000);
            assertThat(pair.serverEar.events).containsExactly("HandshakeCompleted", "data", "end");
        }
    }
}
