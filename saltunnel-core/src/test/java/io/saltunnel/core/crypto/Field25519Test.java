package io.saltunnel.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Products of field elements with the largest limbs allowed, which random keys never produce. */
class Field25519Test {
    private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

    /** The bound of a sum of two reduced limbs, and of a difference with 2p added. */
    private static final long LARGEST_FACTOR = (1L << 52) + (1L << 51) + (1L << 15);

    private static final long LARGEST_REDUCED = (1L << 51) + (1L << 15) - 1;

    private static final int A = 0;
    private static final int B = Field25519.LIMBS;
    private static final int RESULT = 2 * Field25519.LIMBS;

    private final long[] w = new long[3 * Field25519.LIMBS];

    @Test
    void multipliesTheLargestFactors() {
        Arrays.fill(w, LARGEST_FACTOR);
        BigInteger a = value(A);

        Field25519.multiply(w, RESULT, A, B);
        assertReduced(a.multiply(a));
        Field25519.square(w, RESULT, A);
        assertReduced(a.multiply(a));
    }

    @Test
    void multipliesAnyMixtureOfLargeAndSmallLimbs() {
        Random random = new Random(25519);
        for (int i = 0; i < 20_000; i++) {
            for (int limb = 0; limb < RESULT; limb++) {
                w[limb] = switch (random.nextInt(4)) {
                    case 0 -> 0;
                    case 1 -> LARGEST_FACTOR - random.nextInt(3);
                    case 2 -> (1L << 51) - 1 + random.nextInt(3);
                    default -> random.nextLong() >>> 12;
                };
            }
            BigInteger a = value(A);
            BigInteger b = value(B);

            Field25519.multiply(w, RESULT, A, B);
            assertReduced(a.multiply(b));
            Field25519.square(w, RESULT, A);
            assertReduced(a.multiply(a));
        }
    }

    @Test
    void aResultMayReplaceAFactor() {
        Arrays.fill(w, LARGEST_FACTOR);
        BigInteger a = value(A);

        Field25519.multiply(w, A, A, B);
        assertThat(value(A).subtract(a.multiply(a)).mod(P)).isZero();
        Field25519.square(w, B, B);
        assertThat(value(B).subtract(a.multiply(a)).mod(P)).isZero();
    }

    private void assertReduced(BigInteger expected) {
        assertThat(value(RESULT).subtract(expected).mod(P)).isZero();
        for (int limb = RESULT; limb < w.length; limb++) {
            assertThat(w[limb]).isBetween(0L, LARGEST_REDUCED);
        }
    }

    private BigInteger value(int at) {
        BigInteger value = BigInteger.ZERO;
        for (int limb = Field25519.LIMBS - 1; limb >= 0; limb--) {
            value = value.shiftLeft(51).add(BigInteger.valueOf(w[at + limb]));
        }
        return value;
    }
}
