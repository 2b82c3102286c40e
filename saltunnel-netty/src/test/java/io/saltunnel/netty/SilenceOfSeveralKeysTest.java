package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.handshake.ClientHandshake;
import io.saltunnel.core.handshake.ClientProtocol;
import io.saltunnel.core.handshake.HandshakeContext;
import io.saltunnel.core.handshake.TunnelName;
import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.key.NamedKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import io.saltunnel.netty.internal.handshake.QuietTimes;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Goal: how long a server is silent tells neither how many keys it has nor which of them a hello was made with. */
class SilenceOfSeveralKeysTest {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final Duration TOO_OLD = Duration.ofHours(2);

    private final SecretMemory memory = SecretMemory.create();
    private final List<LongTermKey> keys = Stream.generate(() -> LongTermKey.random(RandomSource.system(), memory))
            .limit(3)
            .toList();
    private final KeySet set =
            KeySet.of(keys.stream().map(key -> new NamedKey("", key)).toList());
    private final SecretBox box = new SecretBox();

    @AfterEach
    void close() {
        keys.forEach(LongTermKey::close);
        box.close();
        memory.close();
    }

    /** A hello that opens, and is refused afterwards. */
    private byte[] staleHello(LongTermKey key) {
        HandshakeContext context = new HandshakeContext(() -> Instant.now().minus(TOO_OLD), RandomSource.system(), box);
        ByteBuffer hello = ByteBuffer.allocateDirect(Frame.SIZE);
        ClientHandshake.start(new ClientProtocol(ProtocolVersion.V2, TunnelName.NONE), key, context, hello)
                .close();
        byte[] bytes = new byte[Frame.SIZE];
        hello.get(0, bytes);
        return bytes;
    }

    @Test
    void isTheSameForAllHellosAndThatOfTheFirstKeyAlone() {
        SocketAddress local = new EmbeddedChannel().localAddress();
        QuietTimes.Times times = new QuietTimes(KeySet.of(keys.get(0)), TIMEOUT).at(local);
        assertThat(new QuietTimes(set, TIMEOUT).at(local)).isEqualTo(times);
        Duration deadline = times.untilFin();
        SaltunnelHandlers handlers =
                SaltunnelHandlers.server(set, SaltunnelSettings.defaults().withHandshakeTimeout(TIMEOUT));
        List<byte[]> hellos = new ArrayList<>(List.of(new byte[0], new byte[Frame.SIZE]));
        keys.forEach(key -> hellos.add(staleHello(key)));
        for (byte[] hello : hellos) {
            EmbeddedChannel server = new EmbeddedChannel();
            server.freezeTime();
            server.pipeline().addLast(handlers.newHandler(), new EmbeddedPair.Ear());
            server.runPendingTasks();
            server.writeInbound(Unpooled.directBuffer().writeBytes(hello));
            server.advanceTimeBy(deadline.toMillis() - 1, TimeUnit.MILLISECONDS);
            server.runScheduledPendingTasks();
            assertThat(server.isOpen()).isTrue();
            server.advanceTimeBy(1, TimeUnit.MILLISECONDS);
            server.runScheduledPendingTasks();
            assertThat(server.isOpen()).isFalse();
            assertThat(server.outboundMessages()).isEmpty();
            server.finishAndReleaseAll();
        }
    }
}
