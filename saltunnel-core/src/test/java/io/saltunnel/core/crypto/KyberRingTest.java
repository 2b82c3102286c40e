package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.KyberRing.N;
import static io.saltunnel.core.crypto.KyberRing.Q;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KyberRingTest {

    private final Random random = new Random(203);

    /** Schoolbook multiplication modulo X^256 + 1. */
    @Test
    void transformedPolynomialsMultiplyCoefficientByCoefficient() {
        for (int round = 0; round < 20; round++) {
            int[] polynomials = new int[3 * N];
            for (int i = 0; i < 2 * N; i++) {
                polynomials[i] = round == 0 ? Q - 1 : random.nextInt(Q);
            }
            long[] product = new long[N];
            for (int i = 0; i < N; i++) {
                for (int j = 0; j < N; j++) {
                    long term = (long) polynomials[i] * polynomials[N + j];
                    product[(i + j) % N] += i + j < N ? term : -term;
                }
            }
            KyberRing.transform(polynomials, 0);
            KyberRing.transform(polynomials, N);
            KyberRing.multiplyAdd(polynomials, 2 * N, polynomials, 0, polynomials, N);
            KyberRing.reduce(polynomials, 2 * N);
            KyberRing.transformBack(polynomials, 2 * N);
            for (int i = 0; i < N; i++) {
                assertThat(polynomials[2 * N + i]).isBetween(1 - Q, Q - 1);
                assertThat(Math.floorMod(polynomials[2 * N + i], Q))
                        .isEqualTo((int) Math.floorMod(product[i], (long) Q));
            }
        }
    }

    @Test
    void multiplyingByRUndoesAProductsDivision() {
        int[] polynomials = new int[2 * N];
        for (int i = 0; i < N; i++) {
            polynomials[i] = random.nextInt(Q);
            polynomials[N + i] = polynomials[i];
        }
        int[] one = new int[N];
        one[0] = 1;
        KyberRing.transform(one, 0);
        int[] product = new int[N];
        KyberRing.transform(polynomials, 0);
        KyberRing.multiplyAdd(product, 0, polynomials, 0, one, 0);
        KyberRing.multiplyByR(product, 0);
        for (int i = 0; i < N; i++) {
            assertThat(Math.floorMod(product[i] - polynomials[i], Q)).isZero();
        }
    }

    @Test
    void everyValueIsReducedToItsCenteredRepresentative() {
        for (int value = -(1 << 15); value < 1 << 15; value++) {
            int reduced = KyberRing.reduced(value);
            assertThat(reduced).isBetween(-Q / 2, Q / 2);
            assertThat(Math.floorMod(value - reduced, Q)).isZero();
        }
        for (int value = -Q; value < Q; value++) {
            assertThat(KyberRing.nonNegative(value)).isEqualTo(Math.floorMod(value, Q));
        }
    }

    /** Rounds half up, as FIPS 203 says, with whole numbers only. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 10})
    void everyCoefficientIsRoundedExactly(int bits) {
        for (int value = 0; value < Q; value++) {
            assertThat(KyberRing.compress(value, bits)).isEqualTo(((value << bits + 1) + Q) / (2 * Q) % (1 << bits));
        }
        for (int value = 0; value < 1 << bits; value++) {
            assertThat(KyberRing.decompress(value, bits)).isEqualTo((2 * value * Q + (1 << bits)) >> bits + 1);
            assertThat(KyberRing.compress(KyberRing.decompress(value, bits), bits))
                    .isEqualTo(value);
        }
    }

    @Test
    void coefficientsOf12BitsSurviveEncoding() {
        int[] polynomial = new int[N];
        for (int i = 0; i < N; i++) {
            polynomial[i] = random.nextInt(2 * Q) - Q;
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect(400);
        KyberRing.encode12(polynomial, 0, bytes, 5);
        int[] decoded = new int[N];
        KyberRing.decode12(bytes, 5, decoded, 0);
        for (int i = 0; i < N; i++) {
            assertThat(decoded[i]).isEqualTo(Math.floorMod(polynomial[i], Q));
        }
        assertThat(bytes.get(4)).isZero();
        assertThat(bytes.get(389)).isZero();
    }
}
