package io.saltunnel.netty;

import io.saltunnel.core.crypto.Salsa20;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * When a server closes connections that have not proved the key: the configured time-out and up to as much again, by an
 * amount that the key fixes. Servers with different keys differ, one server never does, so that the time tells a prober
 * nothing but that time.
 */
final class QuietDeadline {
    private static final byte[] PURPOSE = "quiet deadline 1".getBytes(StandardCharsets.US_ASCII);
    private static final int OUTPUT_BYTES = 32;

    private QuietDeadline() {}

    /**
     * Computes the deadline.
     *
     * @param key the long-term key
     * @param timeout the shortest it may be
     * @return between the time-out and twice the time-out
     */
    static Duration of(LongTermKey key, Duration timeout) {
        ByteBuffer purpose = ByteBuffer.wrap(PURPOSE).order(ByteOrder.LITTLE_ENDIAN);
        try (SecretBytes derived = key.memory().allocate(OUTPUT_BYTES)) {
            Salsa20.hsalsa20(key.bytes().buffer(), 0, purpose, 0, derived.buffer(), 0);
            key.bytes().checkOpen();
            double fraction = Integer.toUnsignedLong(derived.buffer().getInt(0)) / 0x1p32;
            return timeout.plusMillis((long) (timeout.toMillis() * fraction));
        }
    }
}
