package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.KyberRing.N;
import static io.saltunnel.core.crypto.KyberRing.Q;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arithmetic and the coding of ML-KEM's polynomials. */
class KyberRingTest {

    private final Random random = new Random(203);

    /** Schoolbook multiplication modulo X^256 + 1, of three products at once, as a vector's has. */
    @Test
    void transformedPolynomialsMultiplyCoefficientByCoefficient() {
        for (int round = 0; round < 20; round++) {
            int[] factors = new int[6 * N];
            for (int i = 0; i < factors.length; i++) {
                factors[i] = round == 0 ? Q - 1 : random.nextInt(Q);
            }
            long[] product = new long[N];
            int[] sum = new int[N];
            for (int k = 0; k < 3; k++) {
                int p = 2 * k * N;
                addProduct(product, factors, p, p + N);
                KyberTransform.transform(factors, p);
                KyberTransform.transform(factors, p + N);
                for (int i = p; i < p + N; i++) {
                    factors[i] = Math.floorMod(factors[i], Q); // as a decoded one is
                    assertThat(factors[i + N]).isBetween(-Q / 2, Q / 2);
                }
                int[] ahead = new int[KyberRing.AHEAD];
                KyberRing.multiplyAhead(factors, p + N, ahead, 0);
                KyberRing.multiplyAdd(sum, 0, factors, p, factors, p + N, ahead, 0);
            }
            KyberRing.reduceProducts(sum, 0);
            assertThat(Arrays.stream(sum)).allMatch(value -> Math.abs(value) < Q);
            KyberTransform.transformBack(sum, 0);
            for (int i = 0; i < N; i++) {
                assertThat(sum[i]).isBetween(1 - Q, Q - 1);
                assertThat(Math.floorMod(sum[i], Q)).isEqualTo((int) Math.floorMod(product[i], (long) Q));
            }
        }
    }

    private static void addProduct(long[] sum, int[] factors, int p, int q) {
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                long term = (long) factors[p + i] * factors[q + j];
                sum[(i + j) % N] += i + j < N ? term : -term;
            }
        }
    }

    /** The largest sums that the bounds allow, of either sign. */
    @Test
    void sumsOfThreeProductsFit() {
        for (int sign : new int[] {-1, 1}) {
            int[] a = new int[N];
            int[] b = new int[N];
            int[] ahead = new int[KyberRing.AHEAD];
            int[] sum = new int[N];
            Arrays.fill(a, Q - 1);
            Arrays.fill(b, sign * (Q / 2));
            Arrays.fill(ahead, sign * (Q - 1));
            long[] exact = new long[N];
            for (int k = 0; k < 3; k++) {
                KyberRing.multiplyAdd(sum, 0, a, 0, b, 0, ahead, 0);
                for (int i = 0; i < N; i += 2) {
                    exact[i] += (long) (Q - 1) * b[i] + (long) (Q - 1) * ahead[i / 2];
                    exact[i + 1] += 2L * (Q - 1) * b[i];
                }
            }
            KyberRing.reduceProducts(sum, 0);
            for (int i = 0; i < N; i++) {
                assertThat(Math.abs(sum[i])).isLessThan(Q);
                assertThat(Math.floorMod((long) sum[i] << 16, Q)).isEqualTo(Math.floorMod(exact[i], Q));
            }
        }
    }

    @Test
    void transformingBackKeepsItsBounds() {
        for (int sign : new int[] {-1, 1}) {
            for (int pattern = 0; pattern < 16; pattern++) {
                int[] polynomial = new int[N];
                for (int i = 0; i < N; i++) {
                    boolean negative = Integer.bitCount(i & pattern) % 2 == 1;
                    polynomial[i] = sign * (negative ? 1 - Q : Q - 1);
                }
                int[] again = polynomial.clone();
                KyberTransform.transformBack(again, 0);
                assertThat(Arrays.stream(again)).allMatch(value -> Math.abs(value) < Q);
                KyberTransform.transform(again, 0);
                for (int i = 0; i < N; i++) {
                    assertThat(Math.floorMod(again[i] - (polynomial[i] << 16), Q))
                            .isZero();
                }
            }
        }
    }

    @Test
    void multiplyingByRUndoesAReductionsDivision() {
        int[] products = new int[N];
        for (int i = 0; i < N; i++) {
            products[i] = random.nextInt(Q) * random.nextInt(Q);
        }
        int[] reduced = products.clone();
        KyberRing.reduceProducts(reduced, 0);
        KyberRing.multiplyByR(reduced, 0);
        for (int i = 0; i < N; i++) {
            assertThat(Math.floorMod(reduced[i] - products[i], Q)).isZero();
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
        for (int value = 0; value <= 4 * Q; value++) {
            assertThat(KyberCoding.compress(value, bits)).isEqualTo(((value << bits + 1) + Q) / (2 * Q) % (1 << bits));
        }
        for (int value = 0; value < 1 << bits; value++) {
            assertThat(KyberCoding.decompress(value, bits)).isEqualTo((2 * value * Q + (1 << bits)) >> bits + 1);
            assertThat(KyberCoding.compress(KyberCoding.decompress(value, bits), bits))
                    .isEqualTo(value);
        }
    }

    @Test
    void packedCoefficientsAreTheirRoundedRepresentatives() {
        int[] values = new int[8];
        for (int first = -2 * Q; first <= 2 * Q; first++) {
            for (int i = 0; i < 8; i++) {
                values[i] = Math.max(-2 * Q, Math.min(2 * Q, first + (i - 4) * 97));
            }
            long ten = KyberCoding.pack10(values, 4);
            int four = KyberCoding.pack4(values, 0);
            for (int i = 0; i < 8; i++) {
                int value = Math.floorMod(values[i], Q);
                assertThat(four >>> 4 * i & 15).isEqualTo(KyberCoding.compress(value, 4));
                if (i >= 4) {
                    assertThat((int) (ten >>> 10 * (i - 4)) & 1023).isEqualTo(KyberCoding.compress(value, 10));
                }
            }
        }
    }

    /** FIPS 203's algorithm 7, candidate by candidate. */
    @Test
    void sampledPolynomialsAreTheFirstCandidatesBelowQ() {
        for (int seed = 0; seed < 100; seed++) {
            int[] sampled = new int[1 + N + KyberCoding.BEHIND];
            ByteBuffer stream = ByteBuffer.allocate(3 * 800);
            try (Keccak keccak = Keccak.shake128().absorb((byte) seed)) {
                keccak.copy().squeeze(stream, 0, stream.limit());
                KyberCoding.sampleUniform(keccak, sampled, 1);
            }
            int count = 0;
            for (int i = 0; count < N; i++) {
                int triple = stream.get(i / 2 * 3) & 0xff
                        | (stream.get(i / 2 * 3 + 1) & 0xff) << 8
                        | (stream.get(i / 2 * 3 + 2) & 0xff) << 16;
                int candidate = triple >>> 12 * (i % 2) & 0xfff;
                if (candidate < Q) {
                    assertThat(sampled[1 + count++]).isEqualTo(candidate);
                }
            }
            assertThat(sampled[0]).isZero();
        }
    }

    @Test
    void coefficientsOf12BitsSurviveEncoding() {
        int[] polynomial = new int[N];
        for (int i = 0; i < N; i++) {
            polynomial[i] = random.nextInt(2 * Q) - Q;
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect(400);
        KyberCoding.encode12(polynomial, 0, bytes, 5);
        int[] decoded = new int[N];
        KyberCoding.decode12(bytes, 5, decoded, 0);
        for (int i = 0; i < N; i++) {
            assertThat(decoded[i]).isEqualTo(Math.floorMod(polynomial[i], Q));
        }
        assertThat(bytes.get(4)).isZero();
        assertThat(bytes.get(389)).isZero();
    }
}
