package io.saltunnel.core.handshake;

import io.saltunnel.core.random.RandomSource;
import java.nio.ByteBuffer;

/**
 * What a client's connection begins with: the first bytes of clienthi's nonce (docs/PROTOCOL.md, "The first bytes"). No
 * server can tell the difference from what it opens; somebody who sees the connection can. Any thread.
 */
public enum FirstBytes {
    /** All 24 bytes of the nonce are random. */
    RANDOM {
        @Override
        void overwrite(ByteBuffer nonce, RandomSource random) {}
    },

    /**
     * The first 6 to 8 bytes of the nonce, their number drawn for each connection, are printable ASCII from 0x20 to
     * 0x7e, as at the start of many unencrypted protocols. The nonce keeps more than 180 random bits.
     */
    PRINTABLE {
        @Override
        void overwrite(ByteBuffer nonce, RandomSource random) {
            ByteBuffer drawn = nonce.slice(0, 1);
            int count = LEAST_PRINTABLE + draw(drawn, MOST_PRINTABLE - LEAST_PRINTABLE + 1, random);
            for (int i = 0; i < count; i++) {
                ByteBuffer place = nonce.slice(i, 1);
                place.put(0, (byte) (FIRST_PRINTABLE + draw(place, LAST_PRINTABLE - FIRST_PRINTABLE + 1, random)));
            }
        }
    };

    private static final int LEAST_PRINTABLE = 6;
    private static final int MOST_PRINTABLE = 8;
    private static final int FIRST_PRINTABLE = 0x20;
    private static final int LAST_PRINTABLE = 0x7e;
    private static final int BYTE_VALUES = 1 << Byte.SIZE;

    /** Replaces the beginning of a nonce, whose bytes are random, if the choice demands it. */
    abstract void overwrite(ByteBuffer nonce, RandomSource random);

    /**
     * Draws a number from zero up to a bound, each with the same chance: a byte of the incomplete last range of numbers
     * is drawn again.
     *
     * @param scratch one byte, which takes what is drawn
     */
    private static int draw(ByteBuffer scratch, int bound, RandomSource random) {
        int fair = BYTE_VALUES - BYTE_VALUES % bound;
        int drawn;
        do {
            random.fill(scratch);
            drawn = Byte.toUnsignedInt(scratch.get(0));
        } while (drawn >= fair);
        return drawn % bound;
    }
}
