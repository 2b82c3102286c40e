package io.saltunnel.netty.internal.handshake;

import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.netty.stage.ClosePolicy;
import io.saltunnel.netty.stage.TrafficShape;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The settings that all handshakes of one tunnel share.
 *
 * @param keys the long-term keys, one for a client; borrowed, must stay open while handshakes may begin
 * @param clock the clock for the time in hellos, and for checking it
 * @param nanoTime a clock that only goes forward, in nanoseconds, by which sessions change their keys; used by several
 *     threads
 * @param random the source of nonces and ephemeral keys; used by several threads
 * @param timeout the longest time for a handshake, from connecting on
 * @param closePolicy what closing a channel means to the peer after the handshake
 * @param shape when frames leave after the handshake, and how many
 */
public record HandshakeSettings(
        KeySet keys,
        InstantSource clock,
        LongSupplier nanoTime,
        RandomSource random,
        Duration timeout,
        ClosePolicy closePolicy,
        TrafficShape shape) {
    /**
     * A client's key.
     *
     * @return the first one
     */
    public LongTermKey key() {
        return keys.first();
    }

    /**
     * The same settings with another time-out.
     *
     * @param limit the longest time for a handshake
     * @return these if that is their time-out
     */
    public HandshakeSettings within(Duration limit) {
        return limit.equals(timeout)
                ? this
                : new HandshakeSettings(keys, clock, nanoTime, random, limit, closePolicy, shape);
    }
}
