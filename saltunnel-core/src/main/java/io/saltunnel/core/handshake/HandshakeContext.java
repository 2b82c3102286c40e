package io.saltunnel.core.handshake;

import io.saltunnel.core.crypto.SecretBox;
import io.saltunnel.core.random.RandomSource;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * What handshakes need from their surroundings, so that tests can supply all of it. A context serves any number of
 * handshakes but only one thread, because its box is for one thread: a server has one context per event loop. It owns
 * nothing; the creator of the box closes it.
 *
 * @param clock the time that a client writes into clienthi, and that a server compares it with
 * @param nanoTime a clock that only goes forward, in nanoseconds, by which sessions time their key changes
 * @param random gives nonces and ephemeral keys, and the moments of key changes; sessions keep it
 * @param box the scratch space for sealing and opening frames
 */
public record HandshakeContext(InstantSource clock, LongSupplier nanoTime, RandomSource random, SecretBox box) {
    /** Checks that no component is null. The creator of the box still closes it. */
    public HandshakeContext {
        Objects.requireNonNull(clock, "clock");
        Objects.requireNonNull(nanoTime, "nanoTime");
        Objects.requireNonNull(random, "random");
        Objects.requireNonNull(box, "box");
    }

    /**
     * Times key changes by {@link System#nanoTime()}.
     *
     * @param clock the time that a client writes into clienthi, and that a server compares it with
     * @param random gives nonces and ephemeral keys, and the moments of key changes; sessions keep it
     * @param box the scratch space for sealing and opening frames, which its creator closes
     */
    public HandshakeContext(InstantSource clock, RandomSource random, SecretBox box) {
        this(clock, System::nanoTime, random, box);
    }
}
