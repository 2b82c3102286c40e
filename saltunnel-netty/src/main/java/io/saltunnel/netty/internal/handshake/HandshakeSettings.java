package io.saltunnel.netty.internal.handshake;

import io.saltunnel.core.key.LongTermKey;
import io.saltunnel.core.random.RandomSource;
import java.time.Duration;
import java.time.InstantSource;

/**
 * What every handshake of one tunnel shares.
 *
 * @param key the long-term key; borrowed, must stay open as long as handshakes begin
 * @param clock tells the time that hellos carry and are checked against
 * @param random where nonces and ephemeral keys come from; used by several threads
 * @param timeout how long a handshake may take, from the connection on
 */
public record HandshakeSettings(LongTermKey key, InstantSource clock, RandomSource random, Duration timeout) {}
