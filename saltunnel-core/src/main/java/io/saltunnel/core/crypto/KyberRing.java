package io.saltunnel.core.crypto;

/**
 * Arithmetic in ML-KEM's ring (FIPS 203, section 4.3): polynomials of 256 coefficients modulo 3329. A polynomial is an
 * array of ints, of which the first 256 count.
 *
 * <p>A transformed polynomial is in <em>split order</em>: the even coefficients before the odd ones. The i-th of the
 * 128 pairs stands at index {@code 64 (i mod 2) + i / 2} of both halves. So the loops of {@link KyberTransform} and of
 * products run over neighbours, and the compiler vectorises them.
 *
 * <p>Coefficients are signed and not always fully reduced. Each method states the bounds that it needs and gives.
 * Products are reduced by Montgomery's method with R = 2^16. There is no division, no branch and no index that depends
 * on a coefficient. Any thread.
 */
final class KyberRing {

    /** Coefficients of a polynomial. */
    static final int N = 256;

    /** The modulus. */
    static final int Q = 3329;

    /** In split order, the pairs of odd numbers stand this far behind those of even numbers. */
    static final int ODD = 64;

    /** Ints that {@link #multiplyAhead} makes of a factor. */
    static final int AHEAD = N / 2;

    /** A primitive 256th root of unity modulo q. */
    private static final int ROOT = 17;

    /** R = 2^16 modulo q, which is 1 in Montgomery's form. */
    private static final int R = (1 << 16) % Q;

    /** R^2 modulo q. Montgomery's product with it brings a number into Montgomery's form. */
    private static final int R_SQUARED = R * R % Q;

    /** The inverse of q modulo 2^16. */
    private static final int Q_INVERSE = inverseOfQ();

    /** 2^26 / q, rounded, for a reduction without a division. */
    private static final int BARRETT = ((1 << 26) + Q / 2) / Q;

    /** Powers of the root in bit-reversed order, in Montgomery's form, from -q/2 to q/2. */
    private static final int[] ZETAS = zetas();

    /** The powers of the root that products need, in split order (FIPS 203, algorithm 11). */
    private static final int[] GAMMAS = gammas();

    private KyberRing() {}

    private static int inverseOfQ() {
        int inverse = 1;
        for (int i = 0; i < 4; i++) { // each step doubles the number of correct bits
            inverse *= 2 - Q * inverse;
        }
        return inverse;
    }

    private static int[] zetas() {
        int[] zetas = new int[N / 2];
        for (int i = 0; i < zetas.length; i++) {
            int power = R;
            for (int exponent = Integer.reverse(i) >>> 25; exponent > 0; exponent--) {
                power = power * ROOT % Q;
            }
            zetas[i] = centered(power);
        }
        return zetas;
    }

    private static int[] gammas() {
        int[] gammas = new int[N / 2];
        for (int i = 0; i < N / 4; i++) {
            gammas[place(2 * i)] = ZETAS[N / 4 + i];
            gammas[place(2 * i + 1)] = -ZETAS[N / 4 + i];
        }
        return gammas;
    }

    /** Returns the index of a pair's even coefficient in split order. The odd one stands {@code N / 2} after it. */
    static int place(int pair) {
        return pair % 2 * ODD + pair / 2;
    }

    private static int centered(int value) {
        return value > Q / 2 ? value - Q : value;
    }

    /** Entry 0 to 127 of {@link #ZETAS}: a power of the root in Montgomery's form, from -q/2 to q/2. */
    static int zeta(int number) {
        return ZETAS[number];
    }

    /** The inverse of 128 modulo q, times R^2: from -q/2 to q/2. */
    static int inverseOf128() {
        return centered((int) (3303L * R % Q * R % Q));
    }

    /** A product divided by R modulo q. Needs |product| below 2^15 q; the result's absolute value is below q. */
    static int montgomery(int product) {
        int t = (product * Q_INVERSE) << 16 >> 16;
        return (product - t * Q) >> 16;
    }

    /** The representative from -q/2 to q/2 of a value from -2^15 to 2^15. */
    static int reduced(int value) {
        int t = (BARRETT * value + (1 << 25)) >> 26;
        return value - t * Q;
    }

    /** The representative from 0 to q - 1 of a value from -q to q - 1. */
    static int nonNegative(int value) {
        return value + (value >> 31 & Q);
    }

    /**
     * Prepares a transformed polynomial as a second factor: multiplies each odd coefficient by the power of the root
     * that its products need (FIPS 203, algorithm 12). A factor of several products is prepared once.
     *
     * @param b the factor, in split order; its coefficients are from -q/2 to q/2
     * @param ahead takes {@value #AHEAD} values below q in absolute value
     */
    static void multiplyAhead(int[] b, int[] ahead) {
        for (int i = 0; i < N / 2; i++) {
            ahead[i] = montgomery(b[i + N / 2] * GAMMAS[i]);
        }
    }

    /**
     * Adds the product of two transformed polynomials (FIPS 203, algorithm 11) to a third. All are in split order.
     * Nothing is reduced: a sum of three products fits into an int and is reduced once, by {@link #reduceProducts}.
     *
     * @param sum the sum of two products at most. A sum of three is below 4.5 q^2 in absolute value
     * @param a the first factor; its coefficients are from 0 to q - 1
     * @param b the second factor; its coefficients are from -q/2 to q/2
     * @param ahead what {@link #multiplyAhead} made of the second factor
     */
    static void multiplyAdd(int[] sum, int[] a, int[] b, int[] ahead) {
        for (int i = 0; i < N / 2; i++) {
            sum[i] += a[i] * b[i] + a[i + N / 2] * ahead[i];
        }
        for (int i = 0; i < N / 2; i++) {
            sum[i + N / 2] += a[i] * b[i + N / 2] + a[i + N / 2] * b[i];
        }
    }

    /** Reduces a sum of products, and divides it by R. The coefficients' absolute values are below q afterwards. */
    static void reduceProducts(int[] a) {
        for (int j = 0; j < N; j++) {
            a[j] = montgomery(a[j]);
        }
    }

    /**
     * Multiplies by R, which undoes the division of {@link #reduceProducts}, for a polynomial that stays transformed.
     * Coefficients are below q in absolute value before and after.
     */
    static void multiplyByR(int[] a) {
        for (int j = 0; j < N; j++) {
            a[j] = montgomery(a[j] * R_SQUARED);
        }
    }

    /** Adds the second polynomial to the first, without a reduction: the bound of a sum is the sum of the bounds. */
    static void add(int[] a, int[] b) {
        for (int j = 0; j < N; j++) {
            a[j] += b[j];
        }
    }

    /** Subtracts the second polynomial from the first, without a reduction: the bound is the sum of the bounds. */
    static void subtract(int[] a, int[] b) {
        for (int j = 0; j < N; j++) {
            a[j] -= b[j];
        }
    }

    /** Brings coefficients from -2^15 to 2^15 to -q/2 to q/2. */
    static void reduce(int[] a) {
        for (int j = 0; j < N; j++) {
            a[j] = reduced(a[j]);
        }
    }
}
