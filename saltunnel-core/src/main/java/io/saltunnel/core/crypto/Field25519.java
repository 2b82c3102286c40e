package io.saltunnel.core.crypto;

import static java.lang.Math.multiplyHigh;

import java.nio.ByteBuffer;

/**
 * Arithmetic modulo p = 2<sup>255</sup> - 19, in constant time.
 *
 * <p>An element is five limbs of 51 bits, {@code w[at] … w[at + 4]}, lowest first, in an array shared by all elements
 * of a computation. A product is <i>reduced</i>: its limbs are below 2<sup>51</sup> + 2<sup>15</sup>. A sum or a
 * difference of two reduced elements has limbs below 2<sup>52.6</sup>. A multiplication accepts such limbs, but not
 * sums of sums. A result may replace an operand.
 *
 * <p>A product of two limbs has up to 106 bits, and Java has no 128-bit integer. So one factor is shifted left by 3 and
 * the other by 10. The upper word of their product, which {@link Math#multiplyHigh} returns, then belongs to the next
 * limb. The lower word, shifted right by 13, belongs to this one. Column k of a product is the sum of up to five
 * products' lower parts and of the upper parts of column k - 1, and is below 2<sup>57</sup>; columns 5 to 9 count 19
 * times in columns 0 to 4, as 2<sup>255</sup> is 19 modulo p. The columns are written out so that few values are live
 * at a time: values that don't fit the processor's registers cost as much as the multiplications.
 */
final class Field25519 {

    static final int LIMBS = 5;

    private static final long MASK = (1L << 51) - 1;

    /** Twice p in limbs: added before a subtraction, so that no limb becomes negative. */
    private static final long TWO_P0 = 2 * ((1L << 51) - 19);

    private static final long TWO_P = 2 * ((1L << 51) - 1);

    /** The shifts of the two factors of a product of limbs; together 64 - 51 bits. */
    private static final int SHIFT_F = 3;

    private static final int SHIFT_G = 10;

    private static final int LOW = SHIFT_F + SHIFT_G;

    private Field25519() {}

    /** Takes an element from four little-endian words; bit 255 is ignored. */
    static void load(long[] w, int to, long u0, long u1, long u2, long u3) {
        w[to] = u0 & MASK;
        w[to + 1] = (u0 >>> 51 | u1 << 13) & MASK;
        w[to + 2] = (u1 >>> 38 | u2 << 26) & MASK;
        w[to + 3] = (u2 >>> 25 | u3 << 39) & MASK;
        w[to + 4] = u3 >>> 12 & MASK;
    }

    /** Writes the least non-negative value of an element as 32 bytes. */
    static void store(long[] w, int from, ByteBuffer out, int outOffset) {
        long a0 = w[from];
        long a1 = w[from + 1];
        long a2 = w[from + 2];
        long a3 = w[from + 3];
        long a4 = w[from + 4];
        for (int pass = 0; pass < 2; pass++) { // after two, the value is below 2^255
            a1 += a0 >>> 51;
            a0 &= MASK;
            a2 += a1 >>> 51;
            a1 &= MASK;
            a3 += a2 >>> 51;
            a2 &= MASK;
            a4 += a3 >>> 51;
            a3 &= MASK;
            a0 += 19 * (a4 >>> 51);
            a4 &= MASK;
        }
        // q = 1 if the value is p or more: then value + 19 reaches 2^255
        long q = a0 + 19 >>> 51;
        q = a1 + q >>> 51;
        q = a2 + q >>> 51;
        q = a3 + q >>> 51;
        q = a4 + q >>> 51;
        a0 += 19 * q;
        a1 += a0 >>> 51;
        a0 &= MASK;
        a2 += a1 >>> 51;
        a1 &= MASK;
        a3 += a2 >>> 51;
        a2 &= MASK;
        a4 += a3 >>> 51;
        a3 &= MASK;
        a4 &= MASK;
        LittleEndian.putLong(out, outOffset, a0 | a1 << 51);
        LittleEndian.putLong(out, outOffset + 8, a1 >>> 13 | a2 << 38);
        LittleEndian.putLong(out, outOffset + 16, a2 >>> 26 | a3 << 25);
        LittleEndian.putLong(out, outOffset + 24, a3 >>> 39 | a4 << 12);
    }

    /** Replaces element {@code to} by element {@code from} if the mask is all ones, leaves it if the mask is 0. */
    static void select(long[] w, int to, int from, long mask) {
        // Not a loop: the compiler would turn it into SIMD code, whose loads wait for the single stores before them.
        w[to] ^= (w[to] ^ w[from]) & mask;
        w[to + 1] ^= (w[to + 1] ^ w[from + 1]) & mask;
        w[to + 2] ^= (w[to + 2] ^ w[from + 2]) & mask;
        w[to + 3] ^= (w[to + 3] ^ w[from + 3]) & mask;
        w[to + 4] ^= (w[to + 4] ^ w[from + 4]) & mask;
    }

    /** Exchanges two elements if the mask is all ones, leaves them if the mask is 0. */
    static void swap(long[] w, int a, int b, long mask) {
        swapLimb(w, a, b, mask);
        swapLimb(w, a + 1, b + 1, mask);
        swapLimb(w, a + 2, b + 2, mask);
        swapLimb(w, a + 3, b + 3, mask);
        swapLimb(w, a + 4, b + 4, mask);
    }

    private static void swapLimb(long[] w, int a, int b, long mask) {
        long exchanged = (w[a] ^ w[b]) & mask;
        w[a] ^= exchanged;
        w[b] ^= exchanged;
    }

    /** {@code sum = a + b} and {@code difference = a - b}, for reduced elements; sum and difference must differ. */
    static void sumAndDifference(long[] w, int sum, int difference, int a, int b) {
        long a0 = w[a];
        long a1 = w[a + 1];
        long a2 = w[a + 2];
        long a3 = w[a + 3];
        long a4 = w[a + 4];
        long b0 = w[b];
        long b1 = w[b + 1];
        long b2 = w[b + 2];
        long b3 = w[b + 3];
        long b4 = w[b + 4];
        w[sum] = a0 + b0;
        w[sum + 1] = a1 + b1;
        w[sum + 2] = a2 + b2;
        w[sum + 3] = a3 + b3;
        w[sum + 4] = a4 + b4;
        w[difference] = a0 + TWO_P0 - b0;
        w[difference + 1] = a1 + TWO_P - b1;
        w[difference + 2] = a2 + TWO_P - b2;
        w[difference + 3] = a3 + TWO_P - b3;
        w[difference + 4] = a4 + TWO_P - b4;
    }

    /** {@code to = a - b}, for reduced elements. */
    static void subtract(long[] w, int to, int a, int b) {
        w[to] = w[a] + TWO_P0 - w[b];
        w[to + 1] = w[a + 1] + TWO_P - w[b + 1];
        w[to + 2] = w[a + 2] + TWO_P - w[b + 2];
        w[to + 3] = w[a + 3] + TWO_P - w[b + 3];
        w[to + 4] = w[a + 4] + TWO_P - w[b + 4];
    }

    /** {@code to = a·b}. */
    static void multiply(long[] w, int to, int a, int b) {
        long f0 = w[a] << SHIFT_F;
        long f1 = w[a + 1] << SHIFT_F;
        long f2 = w[a + 2] << SHIFT_F;
        long f3 = w[a + 3] << SHIFT_F;
        long f4 = w[a + 4] << SHIFT_F;
        long g0 = w[b] << SHIFT_G;
        long g1 = w[b + 1] << SHIFT_G;
        long g2 = w[b + 2] << SHIFT_G;
        long g3 = w[b + 3] << SHIFT_G;
        long g4 = w[b + 4] << SHIFT_G;
        long c0 = f0 * g0 >>> LOW;
        long c1 = (f0 * g1 >>> LOW) + (f1 * g0 >>> LOW) + multiplyHigh(f0, g0);
        long c2 =
                (f0 * g2 >>> LOW) + (f1 * g1 >>> LOW) + (f2 * g0 >>> LOW) + multiplyHigh(f0, g1) + multiplyHigh(f1, g0);
        long c3 = (f0 * g3 >>> LOW)
                + (f1 * g2 >>> LOW)
                + (f2 * g1 >>> LOW)
                + (f3 * g0 >>> LOW)
                + multiplyHigh(f0, g2)
                + multiplyHigh(f1, g1)
                + multiplyHigh(f2, g0);
        long c4 = (f0 * g4 >>> LOW)
                + (f1 * g3 >>> LOW)
                + (f2 * g2 >>> LOW)
                + (f3 * g1 >>> LOW)
                + (f4 * g0 >>> LOW)
                + multiplyHigh(f0, g3)
                + multiplyHigh(f1, g2)
                + multiplyHigh(f2, g1)
                + multiplyHigh(f3, g0);
        long c5 = (f1 * g4 >>> LOW)
                + (f2 * g3 >>> LOW)
                + (f3 * g2 >>> LOW)
                + (f4 * g1 >>> LOW)
                + multiplyHigh(f0, g4)
                + multiplyHigh(f1, g3)
                + multiplyHigh(f2, g2)
                + multiplyHigh(f3, g1)
                + multiplyHigh(f4, g0);
        long c6 = (f2 * g4 >>> LOW)
                + (f3 * g3 >>> LOW)
                + (f4 * g2 >>> LOW)
                + multiplyHigh(f1, g4)
                + multiplyHigh(f2, g3)
                + multiplyHigh(f3, g2)
                + multiplyHigh(f4, g1);
        long c7 = (f3 * g4 >>> LOW)
                + (f4 * g3 >>> LOW)
                + multiplyHigh(f2, g4)
                + multiplyHigh(f3, g3)
                + multiplyHigh(f4, g2);
        long c8 = (f4 * g4 >>> LOW) + multiplyHigh(f3, g4) + multiplyHigh(f4, g3);
        long c9 = multiplyHigh(f4, g4);
        reduce(w, to, c0 + 19 * c5, c1 + 19 * c6, c2 + 19 * c7, c3 + 19 * c8, c4 + 19 * c9);
    }

    /** {@code to = a·a}. */
    static void square(long[] w, int to, int a) {
        long f0 = w[a] << SHIFT_F;
        long f1 = w[a + 1] << SHIFT_F;
        long f2 = w[a + 2] << SHIFT_F;
        long f3 = w[a + 3] << SHIFT_F;
        long f4 = w[a + 4] << SHIFT_F;
        long g0 = w[a] << SHIFT_G;
        long g1 = w[a + 1] << SHIFT_G;
        long g2 = w[a + 2] << SHIFT_G;
        long g3 = w[a + 3] << SHIFT_G;
        long g4 = w[a + 4] << SHIFT_G;
        long c0 = f0 * g0 >>> LOW;
        long c1 = 2 * (f0 * g1 >>> LOW) + multiplyHigh(f0, g0);
        long c2 = 2 * ((f0 * g2 >>> LOW) + multiplyHigh(f0, g1)) + (f1 * g1 >>> LOW);
        long c3 = 2 * ((f0 * g3 >>> LOW) + (f1 * g2 >>> LOW) + multiplyHigh(f0, g2)) + multiplyHigh(f1, g1);
        long c4 = 2 * ((f0 * g4 >>> LOW) + (f1 * g3 >>> LOW) + multiplyHigh(f0, g3) + multiplyHigh(f1, g2))
                + (f2 * g2 >>> LOW);
        long c5 = 2 * ((f1 * g4 >>> LOW) + (f2 * g3 >>> LOW) + multiplyHigh(f0, g4) + multiplyHigh(f1, g3))
                + multiplyHigh(f2, g2);
        long c6 = 2 * ((f2 * g4 >>> LOW) + multiplyHigh(f1, g4) + multiplyHigh(f2, g3)) + (f3 * g3 >>> LOW);
        long c7 = 2 * ((f3 * g4 >>> LOW) + multiplyHigh(f2, g4)) + multiplyHigh(f3, g3);
        long c8 = 2 * multiplyHigh(f3, g4) + (f4 * g4 >>> LOW);
        long c9 = multiplyHigh(f4, g4);
        reduce(w, to, c0 + 19 * c5, c1 + 19 * c6, c2 + 19 * c7, c3 + 19 * c8, c4 + 19 * c9);
    }

    /**
     * Brings the columns of a product, each below 2<sup>62</sup>, to reduced limbs: one pass of carries that run side
     * by side.
     */
    private static void reduce(long[] w, int to, long c0, long c1, long c2, long c3, long c4) {
        w[to] = (c0 & MASK) + 19 * (c4 >>> 51);
        w[to + 1] = (c1 & MASK) + (c0 >>> 51);
        w[to + 2] = (c2 & MASK) + (c1 >>> 51);
        w[to + 3] = (c3 & MASK) + (c2 >>> 51);
        w[to + 4] = (c4 & MASK) + (c3 >>> 51);
    }

    /**
     * {@code to = a·small + b}, with limbs below 2<sup>52.1</sup>, for a factor below 2<sup>17</sup> and a reduced b.
     */
    static void multiplyAdd(long[] w, int to, int a, long small, int b) {
        long f0 = w[a];
        long f1 = w[a + 1];
        long f2 = w[a + 2];
        long f3 = w[a + 3];
        long f4 = w[a + 4];
        long shifted = small << 13; // so that the high half counts 2^51
        w[to] = (f0 * small & MASK) + 19 * multiplyHigh(f4, shifted) + w[b];
        w[to + 1] = (f1 * small & MASK) + multiplyHigh(f0, shifted) + w[b + 1];
        w[to + 2] = (f2 * small & MASK) + multiplyHigh(f1, shifted) + w[b + 2];
        w[to + 3] = (f3 * small & MASK) + multiplyHigh(f2, shifted) + w[b + 3];
        w[to + 4] = (f4 * small & MASK) + multiplyHigh(f3, shifted) + w[b + 4];
    }

    /** {@code z = z^(p-2)}, the inverse of z (0 for 0); a, b, c and d are overwritten. The exponent is public. */
    static void invert(long[] w, int z, int a, int b, int c, int d) {
        square(w, a, z); // 2
        squareTimes(w, b, a, 2); // 8
        multiply(w, b, z, b); // 9
        multiply(w, a, a, b); // 11
        square(w, c, a); // 22
        multiply(w, b, b, c); // 2^5 - 1
        squareTimes(w, c, b, 5);
        multiply(w, b, c, b); // 2^10 - 1
        squareTimes(w, c, b, 10);
        multiply(w, c, c, b); // 2^20 - 1
        squareTimes(w, d, c, 20);
        multiply(w, c, d, c); // 2^40 - 1
        squareTimes(w, c, c, 10);
        multiply(w, b, c, b); // 2^50 - 1
        squareTimes(w, c, b, 50);
        multiply(w, c, c, b); // 2^100 - 1
        squareTimes(w, d, c, 100);
        multiply(w, c, d, c); // 2^200 - 1
        squareTimes(w, c, c, 50);
        multiply(w, b, c, b); // 2^250 - 1
        squareTimes(w, b, b, 5);
        multiply(w, z, b, a); // 2^255 - 21
    }

    private static void squareTimes(long[] w, int to, int from, int times) {
        square(w, to, from);
        for (int i = 1; i < times; i++) {
            square(w, to, to);
        }
    }
}
