package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.KyberRing.N;
import static io.saltunnel.core.crypto.KyberRing.Q;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arithmetic and the coding of ML-KEM's polynomials. */
class KyberRingTest {

    private final Random random = new Random(203);

    /** Schoolbook multiplication modulo X^256 + 1, of three products at once, as for vectors. */
    @Test
    void transformedPolynomialsMultiplyCoefficientByCoefficient() {
        for (int round = 0; round < 20; round++) {
            long[] product = new long[N];
            int[] sum = new int[N];
            for (int k = 0; k < 3; k++) {
                int[] first = polynomial(round == 0);
                int[] second = polynomial(round == 0);
                addProduct(product, first, second);
                int[] a = new int[N];
                int[] b = new int[N];
                KyberTransform.transform(first, a);
                KyberTransform.transform(second, b);
                for (int i = 0; i < N; i++) {
                    a[i] = Math.floorMod(a[i], Q); // as a decoded one is
                    assertThat(b[i]).isBetween(-Q / 2, Q / 2);
                }
                int[] ahead = new int[KyberRing.AHEAD];
                KyberRing.multiplyAhead(b, ahead);
                KyberRing.multiplyAdd(sum, a, b, ahead);
            }
            KyberRing.reduceProducts(sum);
            assertThat(Arrays.stream(sum)).allMatch(value -> Math.abs(value) < Q);
            int[] back = new int[N];
            KyberTransform.transformBack(sum, back);
            for (int i = 0; i < N; i++) {
                assertThat(back[i]).isBetween(1 - Q, Q - 1);
                assertThat(Math.floorMod(back[i], Q)).isEqualTo((int) Math.floorMod(product[i], (long) Q));
            }
        }
    }

    private int[] polynomial(boolean greatest) {
        int[] polynomial = new int[N];
        for (int i = 0; i < N; i++) {
            polynomial[i] = greatest ? Q - 1 : random.nextInt(Q);
        }
        return polynomial;
    }

    /** The definition of FIPS 203, section 4.3: the remainders modulo X^2 - zeta^(2 BitRev7(i) + 1). */
    @Test
    void aTransformedPolynomialIsItsRemaindersInSplitOrder() {
        int[] polynomial = polynomial(false);
        int[] transformed = new int[N];
        KyberTransform.transform(polynomial.clone(), transformed);
        for (int pair = 0; pair < N / 2; pair++) {
            int gamma = 1;
            for (int i = 0; i < 2 * (Integer.reverse(pair) >>> 25) + 1; i++) {
                gamma = gamma * 17 % Q;
            }
            int even = 0;
            int odd = 0;
            for (int j = N - 2; j >= 0; j -= 2) {
                even = (even * gamma + polynomial[j]) % Q;
                odd = (odd * gamma + polynomial[j + 1]) % Q;
            }
            assertThat(Math.floorMod(transformed[KyberRing.place(pair)], Q)).isEqualTo(even);
            assertThat(Math.floorMod(transformed[KyberRing.place(pair) + N / 2], Q))
                    .isEqualTo(odd);
        }
    }

    private static void addProduct(long[] sum, int[] first, int[] second) {
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                long term = (long) first[i] * second[j];
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
                KyberRing.multiplyAdd(sum, a, b, ahead);
                for (int i = 0; i < N / 2; i++) {
                    exact[i] += (long) (Q - 1) * b[i] + (long) (Q - 1) * ahead[i];
                    exact[i + N / 2] += 2L * (Q - 1) * b[i];
                }
            }
            KyberRing.reduceProducts(sum);
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
                int[] back = new int[N];
                int[] again = new int[N];
                KyberTransform.transformBack(polynomial.clone(), back);
                assertThat(Arrays.stream(back)).allMatch(value -> Math.abs(value) < Q);
                KyberTransform.transform(back, again);
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
        KyberRing.reduceProducts(reduced);
        KyberRing.multiplyByR(reduced);
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
            int[] sampled = new int[N + KyberCoding.BEHIND];
            ByteBuffer stream = ByteBuffer.allocate(3 * 800);
            try (Keccak keccak = Keccak.shake128().absorb((byte) seed)) {
                keccak.copy().squeeze(stream, 0, stream.limit());
                KyberCoding.sampleUniform(keccak, sampled);
            }
            int count = 0;
            for (int i = 0; count < N; i++) {
                int triple = stream.get(i / 2 * 3) & 0xff
                        | (stream.get(i / 2 * 3 + 1) & 0xff) << 8
                        | (stream.get(i / 2 * 3 + 2) & 0xff) << 16;
                int candidate = triple >>> 12 * (i % 2) & 0xfff;
                if (candidate < Q) {
                    int at = KyberRing.place(count / 2) + count % 2 * (N / 2);
                    assertThat(sampled[at]).isEqualTo(candidate);
                    count++;
                }
            }
        }
    }

    /** FIPS 203's algorithms 5 and 6, pair by pair. */
    @Test
    void coefficientsOf12BitsSurviveEncoding() {
        int[] polynomial = new int[N];
        for (int i = 0; i < N; i++) {
            polynomial[i] = random.nextInt(2 * Q) - Q;
        }
        ByteBuffer bytes = ByteBuffer.allocateDirect(400);
        KyberCoding.encode12(polynomial, bytes, 5);
        for (int pair = 0; pair < N / 2; pair++) {
            int at = 5 + 3 * pair;
            int triple = bytes.get(at) & 0xff | (bytes.get(at + 1) & 0xff) << 8 | (bytes.get(at + 2) & 0xff) << 16;
            assertThat(triple & 0xfff).isEqualTo(Math.floorMod(polynomial[KyberRing.place(pair)], Q));
            assertThat(triple >>> 12).isEqualTo(Math.floorMod(polynomial[KyberRing.place(pair) + N / 2], Q));
        }
        int[] decoded = new int[N];
        KyberCoding.decode12(bytes, 5, decoded);
        for (int i = 0; i < N; i++) {
            assertThat(decoded[i]).isEqualTo(Math.floorMod(polynomial[i], Q));
        }
        assertThat(bytes.get(4)).isZero();
        assertThat(bytes.get(389)).isZero();
    }

    @Test
    void centeredCoefficientsAreRoundedToOneBit() {
        for (int first = -Q / 2; first <= Q / 2; first += N) {
            int[] values = new int[N];
            for (int i = 0; i < N; i++) {
                values[i] = Math.min(first + i, Q / 2);
            }
            int[] bits = values.clone();
            KyberCoding.compress1(bits);
            for (int i = 0; i < N; i++) {
                assertThat(bits[i]).isEqualTo(KyberCoding.compress(Math.floorMod(values[i], Q), 1));
            }
        }
    }

    /** Pair by pair of FIPS 203's algorithms 5 and 6, for rounded coefficients. */
    @Test
    void roundedCoefficientsSurviveEncoding() {
        int[] polynomial = new int[N];
        for (int i = 0; i < N; i++) {
            polynomial[i] = random.nextInt(4 * Q) - 2 * Q;
        }
        ByteBuffer ten = ByteBuffer.allocateDirect(330);
        ByteBuffer four = ByteBuffer.allocateDirect(140);
        KyberCoding.encode10(polynomial, ten, 3);
        KyberCoding.encode4(polynomial, four, 3);
        BigInteger tenBits = unsigned(ten, 3, 320);
        BigInteger fourBits = unsigned(four, 3, 128);
        int[] fromTen = new int[N];
        int[] fromFour = new int[N];
        KyberCoding.decode10(ten, 3, fromTen);
        KyberCoding.decode4(four, 3, fromFour);
        for (int i = 0; i < N; i++) {
            int value = Math.floorMod(polynomial[i], Q);
            assertThat(tenBits.shiftRight(10 * i).intValue() & 1023).isEqualTo(KyberCoding.compress(value, 10));
            assertThat(fourBits.shiftRight(4 * i).intValue() & 15).isEqualTo(KyberCoding.compress(value, 4));
            assertThat(fromTen[i]).isEqualTo(KyberCoding.decompress(KyberCoding.compress(value, 10), 10));
            assertThat(fromFour[i]).isEqualTo(KyberCoding.decompress(KyberCoding.compress(value, 4), 4));
        }
        assertThat(ten.get(2) | ten.get(323) | four.get(2) | four.get(131)).isZero();
    }

    private static BigInteger unsigned(ByteBuffer littleEndian, int offset, int length) {
        byte[] bigEndian = new byte[length];
        for (int i = 0; i < length; i++) {
            bigEndian[length - 1 - i] = littleEndian.get(offset + i);
        }
        return new BigInteger(1, bigEndian);
    }
}
