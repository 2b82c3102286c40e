package io.saltunnel.core.crypto;

import java.lang.ref.Reference;
import java.util.Arrays;

/**
 * The random bits of one call's secret polynomials: an output of SHAKE256 for each, from a seed and the polynomial's
 * number (FIPS 203, function PRF). One thread at a time.
 */
final class KyberNoise {

    /** Words of a polynomial's bits: {@value}. */
    static final int WORDS = 16;

    private static final int SEED_WORDS = 4;

    // SHAKE256 pads the seed's 32 bytes and the number's one, which leave the rest of a block.
    private static final long SUFFIX = 0x1fL << 8;
    private static final int LAST_OF_BLOCK = 16;
    private static final long END_OF_BLOCK = 0x80L << 56;

    private final long[] state = new long[KeccakPermutation.WORDS];
    private final long[] bits;

    KyberNoise(int polynomials) {
        bits = new long[WORDS * polynomials];
    }

    /**
     * Makes the bits of all polynomials, from number 0 on.
     *
     * <p>The permutation's frame keeps words of its input and output after it has returned. So the last permutation,
     * by the same frame's call and thus in the same place of the stack, is of a state without secrets.
     *
     * @param seed holds four words from the index {@code from}
     */
    void generate(long[] seed, int from) {
        for (int at = 0; at < bits.length; at += WORDS) {
            System.arraycopy(seed, from, state, 0, SEED_WORDS);
            Arrays.fill(state, SEED_WORDS, KeccakPermutation.WORDS, 0);
            state[SEED_WORDS] = at / WORDS | SUFFIX;
            state[LAST_OF_BLOCK] = END_OF_BLOCK;
            KeccakPermutation.permute(state);
            System.arraycopy(state, 0, bits, at, WORDS);
        }
        Arrays.fill(state, 0);
        KeccakPermutation.permute(state);
    }

    /**
     * Samples a polynomial.
     *
     * @param number which, from 0
     * @param a takes the coefficients in natural order
     */
    void sample(int number, int[] a) {
        KyberCoding.sampleBinomial(bits, number * WORDS, a);
    }

    /** Wipes all bits. */
    void wipe() {
        try {
            Arrays.fill(state, 0);
            Arrays.fill(bits, 0);
        } finally {
            Reference.reachabilityFence(state); // keeps the stores
            Reference.reachabilityFence(bits);
        }
    }
}
