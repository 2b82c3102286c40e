package io.saltunnel.core.crypto;

import java.nio.ByteBuffer;

/**
 * Arithmetic modulo p = 2<sup>255</sup> - 19, in constant time.
 *
 * <p>An element is five limbs of 51 bits, {@code w[at] … w[at + 4]}, lowest first, in an array shared by all elements of a
 * computation. A product and a difference leave limbs below 2<sup>52</sup>, a sum of two such elements below 2<sup>53</sup>, and that
 * is what every operation accepts. A result may replace an operand.
 *
 * <p>A column of a product is a sum T of five products below 2<sup>111</sup>, kept as in {@link Poly1305}: {@code low}, the sum modulo
 * 2<sup>64</sup>, and {@code high}, the sum of the products divided by 2<sup>51</sup> and rounded down (factors shifted left by 13
 * together). T = 2<sup>51</sup>·high + rest, where rest = low - 2<sup>51</sup>·high (mod 2<sup>64</sup>) is below 5·2<sup>51</sup>.
 */
final class Field25519 {

    static final int LIMBS = 5;

    private static final long MASK = (1L << 51) - 1;

    // 4p in limbs: added before a subtraction, so that no limb becomes negative.
    private static final long FOUR_P0 = 4 * ((1L << 51) - 19);
    private static final long FOUR_P = 4 * ((1L << 51) - 1);

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

    static void copy(long[] w, int to, int from) {
        System.arraycopy(w, from, w, to, LIMBS);
    }

    /** Exchanges two elements if {@code bit} is 1, leaves them if it is 0. */
    static void swap(long[] w, int a, int b, long bit) {
        long mask = -bit;
        for (int i = 0; i < LIMBS; i++) {
            long difference = (w[a + i] ^ w[b + i]) & mask;
            w[a + i] ^= difference;
            w[b + i] ^= difference;
        }
    }

    static void add(long[] w, int to, int a, int b) {
        w[to] = w[a] + w[b];
        w[to + 1] = w[a + 1] + w[b + 1];
        w[to + 2] = w[a + 2] + w[b + 2];
        w[to + 3] = w[a + 3] + w[b + 3];
        w[to + 4] = w[a + 4] + w[b + 4];
    }

    static void subtract(long[] w, int to, int a, int b) {
        long d0 = w[a] + FOUR_P0 - w[b];
        long d1 = w[a + 1] + FOUR_P - w[b + 1];
        long d2 = w[a + 2] + FOUR_P - w[b + 2];
        long d3 = w[a + 3] + FOUR_P - w[b + 3];
        long d4 = w[a + 4] + FOUR_P - w[b + 4];
        w[to] = (d0 & MASK) + 19 * (d4 >>> 51);
        w[to + 1] = (d1 & MASK) + (d0 >>> 51);
        w[to + 2] = (d2 & MASK) + (d1 >>> 51);
        w[to + 3] = (d3 & MASK) + (d2 >>> 51);
        w[to + 4] = (d4 & MASK) + (d3 >>> 51);
    }

    static void multiply(long[] w, int to, int a, int b) {
        columns(w, to, w[a], w[a + 1], w[a + 2], w[a + 3], w[a + 4], w[b], w[b + 1], w[b + 2], w[b + 3], w[b + 4]);
    }

    static void square(long[] w, int to, int a) {
        multiply(w, to, a, a);
    }

    private static void columns(
            long[] w,
            int to,
            long f0,
            long f1,
            long f2,
            long f3,
            long f4,
            long g0,
            long g1,
            long g2,
            long g3,
            long g4) {
        long n1 = 19 * g1; // 2^255 is 19 modulo p
        long n2 = 19 * g2;
        long n3 = 19 * g3;
        long n4 = 19 * g4;
        long low0 = f0 * g0 + f1 * n4 + f2 * n3 + f3 * n2 + f4 * n1;
        long low1 = f0 * g1 + f1 * g0 + f2 * n4 + f3 * n3 + f4 * n2;
        long low2 = f0 * g2 + f1 * g1 + f2 * g0 + f3 * n4 + f4 * n3;
        long low3 = f0 * g3 + f1 * g2 + f2 * g1 + f3 * g0 + f4 * n4;
        long low4 = f0 * g4 + f1 * g3 + f2 * g2 + f3 * g1 + f4 * g0;
        f0 <<= 8;
        f1 <<= 8;
        f2 <<= 8;
        f3 <<= 8;
        f4 <<= 8;
        g0 <<= 5;
        g1 <<= 5;
        g2 <<= 5;
        g3 <<= 5;
        g4 <<= 5;
        n1 <<= 5;
        n2 <<= 5;
        n3 <<= 5;
        n4 <<= 5;
        long high0 = high(f0, g0) + high(f1, n4) + high(f2, n3) + high(f3, n2) + high(f4, n1);
        long high1 = high(f0, g1) + high(f1, g0) + high(f2, n4) + high(f3, n3) + high(f4, n2);
        long high2 = high(f0, g2) + high(f1, g1) + high(f2, g0) + high(f3, n4) + high(f4, n3);
        long high3 = high(f0, g3) + high(f1, g2) + high(f2, g1) + high(f3, g0) + high(f4, n4);
        long high4 = high(f0, g4) + high(f1, g3) + high(f2, g2) + high(f3, g1) + high(f4, g0);
        carry(w, to, low0, high0, low1, high1, low2, high2, low3, high3, low4, high4);
    }

    /** {@code to = a·small + b}, for a small factor below 2^17. */
    static void multiplyAdd(long[] w, int to, int a, int small, int b) {
        long high0 = high(w[a] << 8, (long) small << 5);
        long high1 = high(w[a + 1] << 8, (long) small << 5);
        long high2 = high(w[a + 2] << 8, (long) small << 5);
        long high3 = high(w[a + 3] << 8, (long) small << 5);
        long high4 = high(w[a + 4] << 8, (long) small << 5);
        w[to] = (w[a] * small & MASK) + 19 * high4 + w[b];
        w[to + 1] = (w[a + 1] * small & MASK) + high0 + w[b + 1];
        w[to + 2] = (w[a + 2] * small & MASK) + high1 + w[b + 2];
        w[to + 3] = (w[a + 3] * small & MASK) + high2 + w[b + 3];
        w[to + 4] = (w[a + 4] * small & MASK) + high3 + w[b + 4];
    }

    private static long high(long f, long g) {
        return Math.multiplyHigh(f, g);
    }

    private static void carry(
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
        long rest0 = low0 - (high0 << 51);
        long rest1 = low1 - (high1 << 51) + high0 + (rest0 >>> 51);
        long rest2 = low2 - (high2 << 51) + high1 + (rest1 >>> 51);
        long rest3 = low3 - (high3 << 51) + high2 + (rest2 >>> 51);
        long rest4 = low4 - (high4 << 51) + high3 + (rest3 >>> 51);
        long limb0 = (rest0 & MASK) + 19 * (high4 + (rest4 >>> 51));
        w[to] = limb0 & MASK;
        w[to + 1] = (rest1 & MASK) + (limb0 >>> 51);
        w[to + 2] = rest2 & MASK;
        w[to + 3] = rest3 & MASK;
        w[to + 4] = rest4 & MASK;
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
