package io.saltunnel.it.secrets;

import java.security.SecureRandom;

/**
 * Plaintext that can be told from all other bytes, wherever a piece of it is: random, and repeated without a seam.
 *
 * @param name what it is called in reports
 * @param bytes one round of it
 */
record Mark(String name, byte[] bytes) {

    private static final SecureRandom RANDOM = new SecureRandom();

    static Mark random(String name, int length) {
        byte[] bytes = new byte[length];
        RANDOM.nextBytes(bytes);
        return new Mark(name, bytes);
    }

    /** So many bytes of it; a multiple of its length goes on where it stopped. */
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
