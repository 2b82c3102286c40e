package io.saltunnel.netty.internal.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.key.NamedKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.netty.internal.handshake.QuietTimes.Times;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Goal: a server can't be recognized by when it closes, and one prober sees the same times as another. */
class QuietTimesTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final SocketAddress SOMEWHERE = new InetSocketAddress("192.0.2.1", 8080);

    private final SecretMemory memory = SecretMemory.create();
    private final LongTermKey key = LongTermKey.random(RandomSource.system(), memory);

    @AfterEach
    void close() {
        key.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }

    private Times at(SocketAddress local) {
        return new QuietTimes(KeySet.of(key), TIMEOUT).at(local);
    }

    @Test
    void everyAddressAndPortHasItsOwnTimes() {
        List<Times> times = Stream.of(
                        SOMEWHERE,
                        new InetSocketAddress("192.0.2.1", 8081),
                        new InetSocketAddress("192.0.2.2", 8080),
                        new InetSocketAddress("2001:db8::1", 8080),
                        UnixDomainSocketAddress.of("/run/a.sock"),
                        UnixDomainSocketAddress.of("/run/b.sock"))
                .map(this::at)
                .toList();
        // By chance two times of 30,000 and 5,000 are the same, but hardly any two pairs.
        assertThat(new HashSet<>(times)).hasSameSizeAs(times);
        assertThat(times.stream().map(Times::untilFin).distinct().count()).isGreaterThan(3);
        assertThat(times.stream().map(Times::untilClose).distinct().count()).isGreaterThan(3);
    }

    @Test
    void oneAddressAlwaysHasTheSame() {
        QuietTimes server = new QuietTimes(KeySet.of(key), TIMEOUT);
        assertThat(server.at(SOMEWHERE))
                .isEqualTo(server.at(new InetSocketAddress("192.0.2.1", 8080)))
                .isEqualTo(at(SOMEWHERE)); // also after a restart
    }

    @Test
    void anotherKeyHasOthers() {
        try (LongTermKey other = LongTermKey.random(RandomSource.system(), memory)) {
            KeySet first = KeySet.of(List.of(new NamedKey("", key), new NamedKey("", other)));
            KeySet second = KeySet.of(List.of(new NamedKey("", other), new NamedKey("", key)));
            assertThat(new QuietTimes(first, TIMEOUT).at(SOMEWHERE)).isEqualTo(at(SOMEWHERE));
            assertThat(new QuietTimes(second, TIMEOUT).at(SOMEWHERE)).isNotEqualTo(at(SOMEWHERE));
        }
    }

    /** Of 2,000 addresses: more than are kept. */
    @Test
    void theTimesAreSpreadOverTheirWholeRange() {
        QuietTimes server = new QuietTimes(KeySet.of(key), TIMEOUT);
        Set<Long> tenthsUntilFin = new HashSet<>();
        Set<Long> tenthsUntilClose = new HashSet<>();
        for (int port = 1; port <= 2000; port++) {
            Times times = server.at(new InetSocketAddress("192.0.2.1", port));
            assertThat(times.untilFin()).isBetween(TIMEOUT, TIMEOUT.multipliedBy(2));
            assertThat(times.untilClose()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
            tenthsUntilFin.add(times.untilFin().minus(TIMEOUT).toMillis() / 3000);
            tenthsUntilClose.add(times.untilClose().minusSeconds(5).toMillis() / 500);
        }
        assertThat(tenthsUntilFin).hasSize(10);
        assertThat(tenthsUntilClose).hasSize(10);
    }

    /** Computed with another implementation, so that servers keep their times when the program is replaced. */
    @Test
    void theDerivationIsTheOneDescribed() {
        byte[] bytes = new byte[LongTermKey.BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        try (LongTermKey known = LongTermKey.of(ByteBuffer.wrap(bytes), memory)) {
            QuietTimes server = new QuietTimes(KeySet.of(known), TIMEOUT);
            assertThat(server.at(SOMEWHERE)).isEqualTo(new Times(Duration.ofMillis(41_970), Duration.ofMillis(9_362)));
            assertThat(server.at(new InetSocketAddress("2001:db8::1", 443)))
                    .isEqualTo(new Times(Duration.ofMillis(52_871), Duration.ofMillis(5_619)));
        }
    }

    @Test
    void aClosedKeyHasNone() {
        LongTermKey closed = LongTermKey.random(RandomSource.system(), memory);
        QuietTimes server = new QuietTimes(KeySet.of(closed), TIMEOUT);
        closed.close();
        assertThatIllegalStateException().isThrownBy(server::checkOpen);
        assertThatIllegalStateException().isThrownBy(() -> server.at(SOMEWHERE));
    }
}
