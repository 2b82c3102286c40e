package io.saltunnel.core.handshake;

import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.random.RandomSource;
import java.time.InstantSource;

/**
 * What handshakes need from around them, so that tests can give them all of it. A context serves any number of
 * handshakes, but only one thread, as its box does: a server has one for each event loop. It owns nothing; the box
 * stays its maker's to close.
 *
 * @param clock the time by which clienthi is dated, and judged
 * @param random where nonces and ephemeral keys come from
 * @param box the scratch space in which frames are sealed and opened
 */
public record HandshakeContext(InstantSource clock, RandomSource random, SecretBox box) {}
