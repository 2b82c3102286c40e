package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.netty.internal.abort.HalfClosingChannel;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: two listening ports with one key can't be matched by when they end connections, and each ends all connections
 * alike, in both versions of the protocol.
 */
class SilencePerAddressTest {
    private final SecretMemory memory = SecretMemory.create();

    /** Always the same, because with one key in some thousands two ports have a time in common. */
    private final LongTermKey key = LongTermKey.of(
            ByteBuffer.wrap("a key of 32 bytes, for this test".getBytes(StandardCharsets.US_ASCII)), memory);

    @AfterEach
    void close() {
        key.close();
        memory.close();
    }

    private record Ends(long millisUntilFin, long millisUntilClose) {}

    /** What a stranger sees who sends noise of that length. */
    private Ends endsAt(int port, int noise, SaltunnelSettings settings) throws Exception {
        ChannelHandler server = SaltunnelHandlers.server(key, settings).newHandler();
        HalfClosingChannel channel = new HalfClosingChannel(false, false).at(new InetSocketAddress("192.0.2.1", port));
        channel.register();
        channel.freezeTime();
        channel.pipeline().addLast(server, new EmbeddedPair.Ear());
        channel.runPendingTasks();
        channel.writeInbound(Unpooled.directBuffer().writeZero(noise));
        long untilFin = 0;
        while (!channel.isOutputShutdown()) {
            untilFin++;
            pass(channel);
        }
        long untilClose = 0;
        while (channel.isOpen()) {
            untilClose++;
            pass(channel);
        }
        channel.finishAndReleaseAll();
        return new Ends(untilFin, untilClose);
    }

    private static void pass(HalfClosingChannel channel) {
        channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        channel.runScheduledPendingTasks(); // a deadline looks once more before it passes
    }

    @Test
    void twoPortsDifferAndOneDoesNot() throws Exception {
        SaltunnelSettings any = SaltunnelSettings.defaults();
        SaltunnelSettings version2 = any.withName("a name"); // such a server takes version 2 only
        Ends ends = endsAt(8080, 0, any);
        assertThat(endsAt(8080, Frame.SIZE, any)).isEqualTo(ends);
        assertThat(endsAt(8080, Frame.SIZE - 1, version2)).isEqualTo(ends);
        Ends others = endsAt(8081, 0, any);
        assertThat(others.millisUntilFin).isNotEqualTo(ends.millisUntilFin);
        assertThat(others.millisUntilClose).isNotEqualTo(ends.millisUntilClose);
    }
}
