package io.saltunnel.core.handshake;

import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.random.RandomSource;
import java.time.InstantSource;

/**
 * What handshakes need from around them, so that tests can give them all of it. A context serves any number of
 * handshakes, but is confined to one thread, as its box is: a server has one for each event loop. It owns nothing;
 * whoever made the box closes it.
 *
 * @param clock the time by which clienthi is dated, and judged
 * @param random where nonces and ephemeral keys come from
 * @param box the scratch space in which frames are sealed and opened
 * @param ephemeralKeys where ephemeral key pairs come from
 */
public record HandshakeContext(
        InstantSource clock, RandomSource random, SecretBox box, EphemeralKeySource ephemeralKeys) {

    /**
     * A context that makes each ephemeral key pair when it is needed.
     *
     * @param clock the time by which clienthi is dated, and judged
     * @param random where nonces and ephemeral keys come from
     * @param box the scratch space in which frames are sealed and opened; borrowed, not closed
     */
    public HandshakeContext(InstantSource clock, RandomSource random, SecretBox box) {
        this(clock, random, box, EphemeralKeySource.onDemand());
    }
}
