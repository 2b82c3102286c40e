package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.KyberRing.N;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The random bits of ML-KEM's secret polynomials. */
class KyberNoiseTest {

    private static final int FIRST = 5;

    private final Random random = new Random(203);

    /** FIPS 203's algorithm 8, bit by bit, of SHAKE256's output for each number. */
    @Test
    void noiseIsTheDifferenceOfTwoSumsOfBits() {
        int polynomials = 7;
        int seed = 1;
        LongBuffer words = words(polynomials);
        for (int i = 0; i < 4; i++) {
            words.put(seed + i, random.nextLong());
        }
        KyberNoise noise = new KyberNoise(words, FIRST);
        noise.generate(seed, polynomials);
        for (int number = 0; number < polynomials; number++) {
            ByteBuffer bytes = ByteBuffer.allocate(N / 2);
            try (Keccak keccak = Keccak.shake256()) {
                for (int i = 0; i < 4; i++) {
                    keccak.absorbLong(words.get(seed + i));
                }
                keccak.absorb((byte) number).squeeze(bytes, 0, bytes.limit());
            }
            int[] sampled = new int[N];
            noise.sample(number, sampled);
            for (int i = 0; i < N; i++) {
                int bits = bytes.get(i / 2) >>> 4 * (i % 2);
                int expected = (bits & 1) + (bits >>> 1 & 1) - (bits >>> 2 & 1) - (bits >>> 3 & 1);
                assertThat(sampled[i]).isEqualTo(expected);
            }
        }
    }

    /** The permutation's frame keeps words of the state that it permuted last. */
    @Test
    void permutesAStateWithoutSecretsLast() {
        LongBuffer words = words(2);
        words.put(1, random.nextLong());
        new KyberNoise(words, FIRST).generate(1, 2);
        LongBuffer expected = words(2).slice(FIRST, KeccakPermutation.WORDS);
        KeccakPermutation.permute(expected);
        assertThat(words.slice(FIRST, KeccakPermutation.WORDS)).isEqualTo(expected);
    }

    private static LongBuffer words(int polynomials) {
        return ByteBuffer.allocateDirect((FIRST + KyberNoise.words(polynomials)) * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
    }
}
