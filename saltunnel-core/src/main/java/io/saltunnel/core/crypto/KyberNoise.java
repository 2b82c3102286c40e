package io.saltunnel.core.crypto;

import java.nio.LongBuffer;

/**
 * The random bits of one call's secret polynomials: an output of SHAKE256 for each, from a seed and the polynomial's
 * number (FIPS 203, function PRF). The words are in the caller's memory, which wipes them. One thread at a time.
 */
final class KyberNoise {

    /** Words of a polynomial's bits: {@value}. */
    static final int WORDS = 16;

    private static final int SEED_WORDS = 4;

    // SHAKE256's padding. The seed's 32 bytes and the number's one byte are less than a block.
    private static final long SUFFIX = 0x1fL << 8;
    private static final int LAST_OF_BLOCK = 16;
    private static final long END_OF_BLOCK = 0x80L << 56;

    private final LongBuffer words;
    private final LongBuffer state;
    private final int bits;

    /**
     * Uses {@link #words(int)} of these words.
     *
     * @param first the index of the first one used
     */
    KyberNoise(LongBuffer words, int first) {
        this.words = words;
        this.state = words.slice(first, KeccakPermutation.WORDS);
        this.bits = first + KeccakPermutation.WORDS;
    }

    /** Returns how many words the noise of this many polynomials takes. */
    static int words(int polynomials) {
        return KeccakPermutation.WORDS + polynomials * WORDS;
    }

    /**
     * Makes the bits of all polynomials, from number 0 on.
     *
     * <p>The permutation's stack frame keeps words of its input and output after it returns. So the last permutation is
     * of a state without secrets. It is called from the same frame, so its own frame is at the same
     * place of the stack.
     *
     * @param seed index of the first of the seed's four words
     */
    void generate(int seed, int polynomials) {
        for (int number = 0; number < polynomials; number++) {
            state.put(0, words, seed, SEED_WORDS);
            clear(SEED_WORDS);
            state.put(SEED_WORDS, number | SUFFIX);
            state.put(LAST_OF_BLOCK, END_OF_BLOCK);
            KeccakPermutation.permute(state);
            words.put(bits + number * WORDS, state, 0, WORDS);
        }
        clear(0);
        KeccakPermutation.permute(state);
    }

    private void clear(int from) {
        for (int i = from; i < KeccakPermutation.WORDS; i++) {
            state.put(i, 0L);
        }
    }

    /**
     * Samples a polynomial.
     *
     * @param number the polynomial's number, from 0
     * @param a takes the coefficients in natural order
     */
    void sample(int number, int[] a) {
        KyberCoding.sampleBinomial(words, bits + number * WORDS, a);
    }
}
