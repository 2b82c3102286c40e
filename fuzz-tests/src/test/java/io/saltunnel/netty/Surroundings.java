package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;
import io.saltunnel.netty.internal.handshake.HandshakeSettings;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.stage.ClosePolicy;
import io.saltunnel.netty.stage.TrafficShape;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/**
 * The surroundings of tunnels, always the same: a key, a clock that stands still, and random numbers that repeat, so
 * that a recorded connection fits every new tunnel. It checks that all buffers and secrets were returned.
 */
final class Surroundings implements AutoCloseable {
    static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    /** The time limit of a client's handshake, and the least one of a server's. */
    static final Duration DEADLINE = Duration.ofSeconds(30);

    /** The key. */
    private static final int SECRETS_AT_REST = 1;

    final SecretMemory memory = SecretMemory.create();
    final LongTermKey key = LongTermKey.random(numbers(0), memory);
    final LockedBufferAllocator buffers = LockedBufferAllocator.create();

    /** Each tunnel gets its own source: the same numbers from the start. */
    HandshakeSettings handshakes(long seed) {
        return new HandshakeSettings(
                KeySet.of(key),
                () -> NOW,
                () -> 0,
                numbers(seed),
                DEADLINE,
                ClosePolicy.ABORT,
                TrafficShape.asWritten());
    }

    private static RandomSource numbers(long seed) {
        Random random = new Random(seed);
        return (ByteBuffer target) -> {
            byte[] bytes = new byte[target.remaining()];
            random.nextBytes(bytes);
            target.put(target.position(), bytes);
        };
    }

    /** Between two connections. */
    void assertNothingIsHeld() {
        if (buffers.buffersInUse() != 0 || memory.liveSecrets() != SECRETS_AT_REST) {
            throw new AssertionError(
                    buffers.buffersInUse() + " buffers and " + memory.liveSecrets() + " secrets are left");
        }
    }

    @Override
    public void close() {
        assertNothingIsHeld();
        key.close();
        buffers.close();
        assertThat(memory.liveSecrets()).isZero();
        memory.close();
    }
}
