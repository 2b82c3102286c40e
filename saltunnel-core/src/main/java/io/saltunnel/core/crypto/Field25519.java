package io.saltunnel.core.crypto;

import static java.lang.Math.multiplyHigh;

import java.nio.ByteBuffer;

/**
 * Arithmetic modulo p = 2<sup>255</sup> - 19, in constant time.
 *
 * <p>An element is five limbs of 51 bits, {@code w[at] … w[at + 4]}, lowest first, in an array shared by all elements of a computation.
 * A product is <i>reduced</i>: its limbs are below 2<sup>51</sup> + 2<sup>15</sup>. A sum or a difference of two reduced elements has
 * limbs below 2<sup>52.6</sup>, which is what a multiplication accepts; sums of sums it doesn't. A result may replace an operand.
 *
 * <p>A column of a product is a sum T of five products of limbs. Java has no 128-bit integer, so T is kept as two sums that need no
 * carry between them: {@code low}, the products modulo 2<sup>64</sup>, and {@code high}, each product divided by 2<sup>58</sup> and
 * rounded down, for which one factor comes shifted left by 6, so that {@link Math#multiplyHigh} does the division. Then T =
 * 2<sup>58</sup>·high + rest, where rest = low - 2<sup>58</sup>·high (mod 2<sup>64</sup>) is below 5·2<sup>58</sup> and thus exact.
 */
final class Field25519 {

    static final int LIMBS = 5;

    private static final long MASK = (1L << 51) - 1;

    /** Twice p in limbs: added before a subtraction, so that no limb becomes negative. */
    private static final long TWO_P0 = 2 * ((1L << 51) - 19);

    private static final long TWO_P = 2 * ((1L << 51) - 1);

    /** What a factor is shifted by for the high half of a column, and the bits that half stands for. */
    private static final int SHIFT = 6;

    private static final int HIGH = 64 - SHIFT;

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
        // Not a loop: the compiler would make SIMD code of it, whose loads wait for the single stores before them.
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
        long f0 = w[a];
        long f1 = w[a + 1];
        long f2 = w[a + 2];
        long f3 = w[a + 3];
        long f4 = w[a + 4];
        long g0 = w[b];
        long g1 = w[b + 1];
        long g2 = w[b + 2];
        long g3 = w[b + 3];
        long g4 = w[b + 4];
        long n1 = 19 * g1; // 2^255 is 19 modulo p
        long n2 = 19 * g2;
        long n3 = 19 * g3;
        long n4 = 19 * g4;
        long low0 = f0 * g0 + f1 * n4 + f2 * n3 + f3 * n2 + f4 * n1;
        long low1 = f0 * g1 + f1 * g0 + f2 * n4 + f3 * n3 + f4 * n2;
        long low2 = f0 * g2 + f1 * g1 + f2 * g0 + f3 * n4 + f4 * n3;
        long low3 = f0 * g3 + f1 * g2 + f2 * g1 + f3 * g0 + f4 * n4;
        long low4 = f0 * g4 + f1 * g3 + f2 * g2 + f3 * g1 + f4 * g0;
        g0 <<= SHIFT;
        g1 <<= SHIFT;
        g2 <<= SHIFT;
        g3 <<= SHIFT;
        g4 <<= SHIFT;
        n1 <<= SHIFT;
        n2 <<= SHIFT;
        n3 <<= SHIFT;
        n4 <<= SHIFT;
        long high0 = multiplyHigh(f0, g0)
                + multiplyHigh(f1, n4)
                + multiplyHigh(f2, n3)
                + multiplyHigh(f3, n2)
                + multiplyHigh(f4, n1);
        long high1 = multiplyHigh(f0, g1)
                + multiplyHigh(f1, g0)
                + multiplyHigh(f2, n4)
                + multiplyHigh(f3, n3)
                + multiplyHigh(f4, n2);
        long high2 = multiplyHigh(f0, g2)
                + multiplyHigh(f1, g1)
                + multiplyHigh(f2, g0)
                + multiplyHigh(f3, n4)
                + multiplyHigh(f4, n3);
        long high3 = multiplyHigh(f0, g3)
                + multiplyHigh(f1, g2)
                + multiplyHigh(f2, g1)
                + multiplyHigh(f3, g0)
                + multiplyHigh(f4, n4);
        long high4 = multiplyHigh(f0, g4)
                + multiplyHigh(f1, g3)
                + multiplyHigh(f2, g2)
                + multiplyHigh(f3, g1)
                + multiplyHigh(f4, g0);
        reduce(w, to, low0, high0, low1, high1, low2, high2, low3, high3, low4, high4);
    }

    /** {@code to = a·a}. */
    static void square(long[] w, int to, int a) {
        long f0 = w[a];
        long f1 = w[a + 1];
        long f2 = w[a + 2];
        long f3 = w[a + 3];
        long f4 = w[a + 4];
        long d0 = 2 * f0;
        long d1 = 2 * f1;
        long d2 = 2 * f2;
        long d3 = 2 * f3;
        long n3 = 19 * f3;
        long n4 = 19 * f4;
        long low0 = f0 * f0 + d1 * n4 + d2 * n3;
        long low1 = d0 * f1 + d2 * n4 + f3 * n3;
        long low2 = d0 * f2 + f1 * f1 + d3 * n4;
        long low3 = d0 * f3 + d1 * f2 + f4 * n4;
        long low4 = d0 * f4 + d1 * f3 + f2 * f2;
        n3 <<= SHIFT;
        n4 <<= SHIFT;
        long high0 = multiplyHigh(f0, f0 << SHIFT) + multiplyHigh(d1, n4) + multiplyHigh(d2, n3);
        long high1 = multiplyHigh(d0, f1 << SHIFT) + multiplyHigh(d2, n4) + multiplyHigh(f3, n3);
        long high2 = multiplyHigh(d0, f2 << SHIFT) + multiplyHigh(f1, f1 << SHIFT) + multiplyHigh(d3, n4);
        long high3 = multiplyHigh(d0, f3 << SHIFT) + multiplyHigh(d1, f2 << SHIFT) + multiplyHigh(f4, n4);
        long high4 = multiplyHigh(d0, f4 << SHIFT) + multiplyHigh(d1, f3 << SHIFT) + multiplyHigh(f2, f2 << SHIFT);
        reduce(w, to, low0, high0, low1, high1, low2, high2, low3, high3, low4, high4);
    }

    /** Brings the columns of a product to reduced limbs, in two passes of carries that each run side by side. */
    private static void reduce(
            long[] w,
            int to,
            long low0,
            long high0,
            long low1,
            long high1,
            long low2,
            long high2,
            long low3,
            long high3,
            long low4,
            long high4) {
        long t0 = (low0 & MASK) + 19 * carry(low4, high4);
        long t1 = (low1 & MASK) + carry(low0, high0);
        long t2 = (low2 & MASK) + carry(low1, high1);
        long t3 = (low3 & MASK) + carry(low2, high2);
        long t4 = (low4 & MASK) + carry(low3, high3);
        w[to] = (t0 & MASK) + 19 * (t4 >>> 51);
        w[to + 1] = (t1 & MASK) + (t0 >>> 51);
        w[to + 2] = (t2 & MASK) + (t1 >>> 51);
        w[to + 3] = (t3 & MASK) + (t2 >>> 51);
        w[to + 4] = (t4 & MASK) + (t3 >>> 51);
    }

    /** A column divided by 2<sup>51</sup>, below 2<sup>62</sup>. */
    private static long carry(long low, long high) {
        return (high << HIGH - 51) + (low - (high << HIGH) >>> 51);
    }

    /** {@code to = a·small + b}, with limbs below 2<sup>52.1</sup>, for a factor below 2<sup>17</sup> and a reduced b. */
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
