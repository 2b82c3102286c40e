package io.saltunnel.netty.internal.handshake;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import io.saltunnel.netty.stage.ClosePolicy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The settings that all handshakes of one tunnel share.
 *
 * @param key the long-term key; borrowed, must stay open while handshakes may begin
 * @param clock the clock for the time in hellos, and for checking it
 * @param nanoTime a clock that only goes forward, in nanoseconds, by which sessions change their keys; used by several
 *     threads
 * @param random the source of nonces and ephemeral keys; used by several threads
 * @param timeout the longest time for a handshake, from connecting on
 * @param closePolicy what closing a channel means to the peer after the handshake
 */
public record HandshakeSettings(
        LongTermKey key,
        InstantSource clock,
        LongSupplier nanoTime,
        RandomSource random,
        Duration timeout,
        ClosePolicy closePolicy) {}
