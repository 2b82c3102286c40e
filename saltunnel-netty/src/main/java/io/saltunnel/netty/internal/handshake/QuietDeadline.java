package io.saltunnel.netty.internal.handshake;

import io.saltunnel.core.crypto.Salsa20;
import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The time after which a server closes connections that have not proved a key: the configured time-out plus up to the
 * same amount again, as determined by the first of its keys. It differs between servers with different keys, but is
 * constant for one server, whichever of its keys a hello was made for, so that it reveals nothing else to a prober.
 */
public final class QuietDeadline {
    /** In direct memory, as all input of the cipher is. Read at absolute offsets only. */
    private static final ByteBuffer PURPOSE = direct("quiet deadline 1".getBytes(StandardCharsets.US_ASCII));

    private static final int OUTPUT_BYTES = 32;

    private QuietDeadline() {}

    private static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(0, bytes);
    }

    /**
     * Computes the deadline.
     *
     * @param keys the long-term keys
     * @param timeout the minimum
     * @return between the time-out and twice the time-out
     */
    public static Duration of(KeySet keys, Duration timeout) {
        LongTermKey key = keys.first();
        try (SecretBytes derived = key.memory().allocate(OUTPUT_BYTES)) {
            Salsa20.hsalsa20(key.bytes().buffer(), 0, PURPOSE, 0, derived.buffer(), 0);
            key.bytes().checkOpen();
            double fraction = Integer.toUnsignedLong(derived.buffer().getInt(0)) / 0x1p32;
            return timeout.plusMillis((long) (timeout.toMillis() * fraction));
        }
    }
}
