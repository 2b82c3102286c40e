package io.saltunnel.core.handshake;

import io.saltunnel.core.random.RandomSource;
import io.saltunnel.core.secret.SecretMemory;

/**
 * Where handshakes get their ephemeral key pairs from: made {@linkplain #onDemand() on demand}, or taken from a stock
 * that was made in idle time. A server asks for one only after a clienthi has passed every check that costs less.
 *
 * <p>Called on the threads of the contexts that share it: one that several contexts share has to be safe for several
 * threads.
 */
@FunctionalInterface
public interface EphemeralKeySource {

    /**
     * Gives away one pair.
     *
     * @param random where the handshake would take its random bytes from
     * @param memory where the handshake keeps its secrets; the pair has to be in the same
     * @return a pair that no one else has or had, which the caller owns and closes
     * @throws IllegalStateException if the memory is closed
     * @throws io.saltunnel.core.secret.MemoryLockException if the memory has to be locked, and can't
     */
    EphemeralKeyPair take(RandomSource random, SecretMemory memory);

    /**
     * Makes each pair when it is asked for.
     *
     * @return a source without a stock, which any number of threads may share
     */
    static EphemeralKeySource onDemand() {
        return EphemeralKeyPair::generate;
    }
}
