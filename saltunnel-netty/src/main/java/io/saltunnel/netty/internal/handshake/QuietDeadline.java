package io.saltunnel.netty.internal.handshake;

import io.saltunnel.core.crypto.Salsa20;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The time after which a server closes connections that have not proved the key: the configured time-out plus up to the
 * same amount again, as determined by the key. It differs between servers with different keys, but is constant for one
 * server, so that it reveals nothing else to a prober.
 */
public final class QuietDeadline {
    private static final byte[] PURPOSE = "quiet deadline 1".getBytes(StandardCharsets.US_ASCII);
    private static final int OUTPUT_BYTES = 32;

    private QuietDeadline() {}

    /**
     * Computes the deadline.
     *
     * @param key the long-term key
     * @param timeout the minimum
     * @return between the time-out and twice the time-out
     */
    public static Duration of(LongTermKey key, Duration timeout) {
        ByteBuffer purpose = ByteBuffer.wrap(PURPOSE).order(ByteOrder.LITTLE_ENDIAN);
        try (SecretBytes derived = key.memory().allocate(OUTPUT_BYTES)) {
            Salsa20.hsalsa20(key.bytes().buffer(), 0, purpose, 0, derived.buffer(), 0);
            key.bytes().checkOpen();
            double fraction = Integer.toUnsignedLong(derived.buffer().getInt(0)) / 0x1p32;
            return timeout.plusMillis((long) (timeout.toMillis() * fraction));
        }
    }
}
