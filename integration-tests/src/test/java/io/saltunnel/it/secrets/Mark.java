package io.saltunnel.it.secrets;

import java.security.SecureRandom;

/**
 * Plaintext that differs from all other bytes in every piece: random, and repeated seamlessly.
 *
 * @param name its name in reports
 * @param bytes one round of it
 */
record Mark(String name, byte[] bytes) {

    private static final SecureRandom RANDOM = new SecureRandom();

    static Mark random(String name, int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return new Mark(name, bytes);
    }

    /** A number of its bytes. After a multiple of its length, the next call continues where this one stopped. */
    byte[] repeated(int length) {
        byte[] repeated = new byte[length];
        for (int at = 0; at < length; at += bytes.length) {
            System.arraycopy(bytes, 0, repeated, at, Math.min(bytes.length, length - at));
        }
        return repeated;
    }

    Needles addTo(Needles needles) {
        return needles.addCyclic(name, bytes);
    }
}
