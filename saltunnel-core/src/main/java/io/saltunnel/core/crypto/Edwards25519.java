package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.Field25519.LIMBS;

/**
 * Points of the Edwards curve -x² + y² = 1 + d·x²·y², which RFC 7748 calls edwards25519: the same group as Curve25519,
 * but adding two points needs neither a branch nor their difference. In constant time.
 *
 * <p>A point is four field elements at the start of an array, the extended coordinates x = X/Z, y = Y/Z, x·y = T/Z. An
 * <i>addend</i> is a point with Z = 1, held as (y + x)/2, (y - x)/2 and d·x·y, so that adding it takes seven
 * multiplications.
 */
final class Edwards25519 {

    static final int X = 0;
    static final int Y = LIMBS;
    static final int Z = 2 * LIMBS;
    static final int T = 3 * LIMBS;

    /** (y + x)/2 of the addend, (y - x)/2 and d·x·y. */
    static final int HALF_SUM = 4 * LIMBS;

    static final int HALF_DIFFERENCE = 5 * LIMBS;
    static final int PRODUCT = 6 * LIMBS;

    /** Limbs in an addend. */
    static final int ADDEND = 3 * LIMBS;

    private static final int A = 7 * LIMBS;
    private static final int B = 8 * LIMBS;
    private static final int C = 9 * LIMBS;
    private static final int E = 10 * LIMBS;
    private static final int F = 11 * LIMBS;
    private static final int G = 12 * LIMBS;
    private static final int H = 13 * LIMBS;

    /** Limbs in the array of a computation. The creator of the array wipes all of it if the points are secret. */
    static final int SCRATCH = 14 * LIMBS;

    private Edwards25519() {}

    /** Makes the point the neutral element (0, 1). The array may hold anything. */
    static void setNeutral(long[] w) {
        Field25519.load(w, X, 0, 0, 0, 0);
        Field25519.load(w, Y, 1, 0, 0, 0);
        Field25519.load(w, Z, 1, 0, 0, 0);
        Field25519.load(w, T, 0, 0, 0, 0);
    }

    /** Makes the point RFC 8032's base point, which is Curve25519's: y = 4/5, with the even one of the two x. */
    static void setBase(long[] w) {
        Field25519.load(w, X, 0xc9562d608f25d51aL, 0x692cc7609525a7b2L, 0xc0a4e231fdd6dc5cL, 0x216936d3cd6e53feL);
        Field25519.load(w, Y, 0x6666666666666658L, 0x6666666666666666L, 0x6666666666666666L, 0x6666666666666666L);
        Field25519.load(w, Z, 1, 0, 0, 0);
        Field25519.multiply(w, T, X, Y);
    }

    /**
     * Adds the addend to the point, even if they are equal or either is the neutral element (Hisil, Wong, Carter and
     * Dawson, "Twisted Edwards Curves Revisited", 3.1). Because the addend holds halves, all of the paper's values are
     * halved too, which changes no quotient.
     */
    static void add(long[] w) {
        Field25519.sumAndDifference(w, A, B, Y, X);
        Field25519.multiply(w, A, A, HALF_SUM);
        Field25519.multiply(w, B, B, HALF_DIFFERENCE);
        Field25519.multiply(w, C, T, PRODUCT);
        Field25519.sumAndDifference(w, H, E, A, B);
        Field25519.sumAndDifference(w, G, F, Z, C);
        combine(w);
    }

    /** Adds the point to itself (same paper, 3.3), with the signs of F and H, and so of all coordinates, reversed. */
    static void twice(long[] w) {
        Field25519.sumAndDifference(w, A, B, Y, X);
        Field25519.multiply(w, G, A, B); // y² - x²
        Field25519.sumAndDifference(w, A, B, Y, Y);
        Field25519.multiply(w, E, X, A); // 2xy
        Field25519.sumAndDifference(w, A, B, Z, Z);
        Field25519.multiply(w, C, Z, A); // 2z²
        Field25519.square(w, A, X);
        Field25519.square(w, B, Y);
        Field25519.sumAndDifference(w, H, F, A, B); // only the sum is used
        Field25519.subtract(w, F, C, G);
        combine(w);
    }

    private static void combine(long[] w) {
        Field25519.multiply(w, X, E, F);
        Field25519.multiply(w, Y, G, H);
        Field25519.multiply(w, T, E, H);
        Field25519.multiply(w, Z, F, G);
    }

    /** Changes the sign of the addend if the mask is all ones, leaves it if the mask is 0. */
    static void negateAddend(long[] w, long mask) {
        Field25519.load(w, B, 0, 0, 0, 0);
        Field25519.subtract(w, A, B, PRODUCT);
        Field25519.select(w, PRODUCT, A, mask);
        Field25519.swap(w, HALF_SUM, HALF_DIFFERENCE, mask);
    }

    /**
     * Replaces {@code X} by u = (Z + Y)/(Z - Y), the point's u-coordinate on Curve25519 (RFC 7748, 4.1), in reduced
     * limbs.
     */
    static void toMontgomery(long[] w) {
        Field25519.sumAndDifference(w, X, Y, Z, Y);
        Field25519.invert(w, Y, A, B, C, E);
        Field25519.multiply(w, X, X, Y);
    }
}
