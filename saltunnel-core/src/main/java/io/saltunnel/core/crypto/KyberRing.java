package io.saltunnel.core.crypto;

import java.nio.ByteBuffer;

/**
 * Arithmetic in ML-KEM's ring (FIPS 203, section 4.3): polynomials of 256 coefficients modulo 3329, as stretches of an
 * array of ints.
 *
 * <p>Coefficients are signed and not always fully reduced; each method states its bounds. Products are reduced by
 * Montgomery's method with R = 2^16: there is no division, no branch and no index that depends on a coefficient. Any
 * thread.
 */
final class KyberRing {

    /** Coefficients of a polynomial. */
    static final int N = 256;

    /** The modulus. */
    static final int Q = 3329;

    /** A primitive 256th root of unity modulo q. */
    private static final int ROOT = 17;

    /** R = 2^16 modulo q, a one in Montgomery's form; and R^2, which takes a number there. */
    private static final int R = (1 << 16) % Q;

    private static final int R_SQUARED = R * R % Q;

    /** The inverse of q modulo 2^16. */
    private static final int Q_INVERSE = inverseOfQ();

    /** Rounded 2^26 / q, for a reduction without a division. */
    private static final int BARRETT = ((1 << 26) + Q / 2) / Q;

    /** Powers of the root in bit-reversed order, in Montgomery's form. */
    private static final int[] ZETAS = zetas();

    /** The inverse of 128 modulo q, times R^2: takes the result of the inverse transform into Montgomery's form. */
    private static final int INVERSE_128 = centered((int) (3303L * R % Q * R % Q));

    private KyberRing() {}

    private static int inverseOfQ() {
        int inverse = 1;
        for (int i = 0; i < 4; i++) { // each step doubles the number of right bits
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

    private static int centered(int value) {
        return value > Q / 2 ? value - Q : value;
    }

    /** A product divided by R modulo q. For |product| < 2^15 q; the result's absolute value is below q. */
    private static int montgomery(int product) {
        int t = (product * Q_INVERSE) << 16 >> 16;
        return (product - t * Q) >> 16;
    }

    /** The representative from -q/2 to q/2 of a value from -2^15 to 2^15. */
    private static int barrett(int value) {
        int t = (BARRETT * value + (1 << 25)) >> 26;
        return value - t * Q;
    }

    /** The representative from -q/2 to q/2 of a value from -2^15 to 2^15. */
    static int reduced(int value) {
        return barrett(value);
    }

    /** The representative from 0 to q - 1 of a value from -q to q - 1. */
    static int nonNegative(int value) {
        return value + (value >> 31 & Q);
    }

    /**
     * Transforms a polynomial (FIPS 203, algorithm 9). Coefficients are below q in absolute value before, and from -q/2
     * to q/2 after.
     */
    static void transform(int[] a, int p) {
        layer128(a, p);
        layer64(a, p);
        layer32(a, p);
        layer16(a, p);
        layer8(a, p);
        layer4(a, p);
        layer2(a, p);
        reduce(a, p);
    }

    // One method a layer, since the compiler makes vector code only where it knows how far apart the operands lie.

    private static void layer128(int[] a, int p) {
        int zeta = ZETAS[1];
        for (int j = p; j < p + 128; j++) {
            int t = montgomery(zeta * a[j + 128]);
            a[j + 128] = a[j] - t;
            a[j] += t;
        }
    }

    private static void layer64(int[] a, int p) {
        for (int k = 0, start = p; k < 2; k++, start += 128) {
            int zeta = ZETAS[2 + k];
            for (int j = start; j < start + 64; j++) {
                int t = montgomery(zeta * a[j + 64]);
                a[j + 64] = a[j] - t;
                a[j] += t;
            }
        }
    }

    private static void layer32(int[] a, int p) {
        for (int k = 0, start = p; k < 4; k++, start += 64) {
            int zeta = ZETAS[4 + k];
            for (int j = start; j < start + 32; j++) {
                int t = montgomery(zeta * a[j + 32]);
                a[j + 32] = a[j] - t;
                a[j] += t;
            }
        }
    }

    private static void layer16(int[] a, int p) {
        for (int k = 0, start = p; k < 8; k++, start += 32) {
            int zeta = ZETAS[8 + k];
            for (int j = start; j < start + 16; j++) {
                int t = montgomery(zeta * a[j + 16]);
                a[j + 16] = a[j] - t;
                a[j] += t;
            }
        }
    }

    private static void layer8(int[] a, int p) {
        for (int k = 0, start = p; k < 16; k++, start += 16) {
            int zeta = ZETAS[16 + k];
            for (int j = start; j < start + 8; j++) {
                int t = montgomery(zeta * a[j + 8]);
                a[j + 8] = a[j] - t;
                a[j] += t;
            }
        }
    }

    private static void layer4(int[] a, int p) {
        for (int k = 0, start = p; k < 32; k++, start += 8) {
            int zeta = ZETAS[32 + k];
            for (int j = start; j < start + 4; j++) {
                int t = montgomery(zeta * a[j + 4]);
                a[j + 4] = a[j] - t;
                a[j] += t;
            }
        }
    }

    private static void layer2(int[] a, int p) {
        for (int k = 0, start = p; k < 64; k++, start += 4) {
            int zeta = ZETAS[64 + k];
            for (int j = start; j < start + 2; j++) {
                int t = montgomery(zeta * a[j + 2]);
                a[j + 2] = a[j] - t;
                a[j] += t;
            }
        }
    }

    /**
     * Transforms back (FIPS 203, algorithm 10), and multiplies by R, which undoes the division of {@link
     * #multiplyAdd}. Coefficients are from -q/2 to q/2 before, and below q in absolute value after.
     */
    static void transformBack(int[] a, int p) {
        int zeta = N / 2;
        for (int length = 2; length <= N / 2; length *= 2) {
            for (int start = p; start < p + N; start += 2 * length) {
                int factor = ZETAS[--zeta];
                for (int j = start; j < start + length; j++) {
                    int t = a[j];
                    a[j] = barrett(t + a[j + length]);
                    a[j + length] = montgomery(factor * (a[j + length] - t));
                }
            }
        }
        for (int j = p; j < p + N; j++) {
            a[j] = montgomery(INVERSE_128 * a[j]);
        }
    }

    /**
     * Adds the product of two transformed polynomials (FIPS 203, algorithms 11 and 12), divided by R, to a third. The
     * factors' coefficients are below q in absolute value; each product adds less than 2q to the sum's.
     */
    static void multiplyAdd(int[] sum, int s, int[] a, int p, int[] b, int q) {
        for (int i = 0; i < N / 4; i++) {
            int zeta = ZETAS[N / 4 + i];
            multiplyAddPair(sum, s + 4 * i, a, p + 4 * i, b, q + 4 * i, zeta);
            multiplyAddPair(sum, s + 4 * i + 2, a, p + 4 * i + 2, b, q + 4 * i + 2, -zeta);
        }
    }

    private static void multiplyAddPair(int[] sum, int s, int[] a, int p, int[] b, int q, int zeta) {
        int high = montgomery(a[p + 1] * b[q + 1]);
        sum[s] += montgomery(a[p] * b[q]) + montgomery(high * zeta);
        sum[s + 1] += montgomery(a[p] * b[q + 1] + a[p + 1] * b[q]);
    }

    /** Multiplies by R, which undoes the division of {@link #multiplyAdd}, for a polynomial that stays transformed. */
    static void multiplyByR(int[] a, int p) {
        for (int j = p; j < p + N; j++) {
            a[j] = montgomery(a[j] * R_SQUARED);
        }
    }

    /** Adds the second polynomial to the first. */
    static void add(int[] a, int p, int[] b, int q) {
        for (int j = 0; j < N; j++) {
            a[p + j] += b[q + j];
        }
    }

    /** Brings coefficients from -2^15 to 2^15 to -q/2 to q/2. */
    static void reduce(int[] a, int p) {
        for (int j = p; j < p + N; j++) {
            a[j] = barrett(a[j]);
        }
    }

    // ---- bytes

    /**
     * Writes coefficients of 12 bits (FIPS 203, algorithm 5).
     *
     * @param a coefficients from -q to q - 1
     */
    static void encode12(int[] a, int p, ByteBuffer out, int offset) {
        for (int i = 0, at = offset; i < N; i += 2, at += 3) {
            int low = nonNegative(a[p + i]);
            int high = nonNegative(a[p + i + 1]);
            out.put(at, (byte) low);
            out.put(at + 1, (byte) (low >>> 8 | high << 4));
            out.put(at + 2, (byte) (high >>> 4));
        }
    }

    /**
     * Reads coefficients of 12 bits (FIPS 203, algorithm 6). They are below 4096; below q only where they were encoded
     * so.
     */
    static void decode12(ByteBuffer in, int offset, int[] a, int p) {
        for (int i = 0, at = offset; i < N; i += 2, at += 3) {
            int low = in.get(at) & 0xff;
            int middle = in.get(at + 1) & 0xff;
            int high = in.get(at + 2) & 0xff;
            a[p + i] = low | (middle & 0xf) << 8;
            a[p + i + 1] = middle >>> 4 | high << 4;
        }
    }

    /** Packs four coefficients, rounded to 10 bits, into 40 bits; from any values between -2^15 and 2^15. */
    static long pack10(int[] a, int p) {
        long packed = 0;
        for (int i = 0; i < 4; i++) {
            packed |= (long) compress(nonNegative(barrett(a[p + i])), 10) << 10 * i;
        }
        return packed;
    }

    /** Packs eight coefficients, rounded to 4 bits, into 32 bits; from any values between -2^15 and 2^15. */
    static int pack4(int[] a, int p) {
        int packed = 0;
        for (int i = 0; i < 8; i++) {
            packed |= compress(nonNegative(barrett(a[p + i])), 4) << 4 * i;
        }
        return packed;
    }

    /**
     * Rounds a coefficient to {@code bits} bits (FIPS 203, section 4.2.1). Division by q is a multiplication by the
     * rounded-up 2^38 / q, exact for every coefficient.
     *
     * @param value from 0 to q - 1
     */
    static int compress(int value, int bits) {
        long scaled = ((long) value << bits) + Q / 2;
        return (int) (scaled * 82570715L >>> 38) & ((1 << bits) - 1);
    }

    /** The coefficient that {@code bits} bits stand for. */
    static int decompress(int value, int bits) {
        return (value * Q + (1 << (bits - 1))) >> bits;
    }

    /**
     * Samples from the centered binomial distribution with eta 2 (FIPS 203, algorithm 8): a coefficient from four bits.
     *
     * @param bits an output of 128 bytes
     */
    static void sampleBinomial(Keccak bits, int[] a, int p) {
        for (int at = p; at < p + N; at += 16) {
            long word = bits.squeezeLong();
            long pairs = (word & 0x5555555555555555L) + (word >>> 1 & 0x5555555555555555L);
            for (int j = 0; j < 16; j++) {
                a[at + j] = (int) (pairs >>> 4 * j & 3) - (int) (pairs >>> 4 * j + 2 & 3);
            }
        }
    }

    /**
     * Samples a uniform transformed polynomial (FIPS 203, algorithm 7). Takes a time that depends on the output, which
     * is public.
     *
     * @param stream an output of any length, at its beginning
     */
    static void sampleUniform(Keccak stream, int[] a, int p) {
        int count = 0;
        while (count < N) {
            // 24 bytes are sixteen candidates of 12 bits.
            long first = stream.squeezeLong();
            long second = stream.squeezeLong();
            long third = stream.squeezeLong();
            count = take(first, 5, a, p, count);
            count = take(first >>> 60 | second << 4, 5, a, p, count);
            count = take(second >>> 56 | third << 8, 5, a, p, count);
            count = take(third >>> 52, 1, a, p, count);
        }
    }

    private static int take(long bits, int candidates, int[] a, int p, int taken) {
        int count = taken;
        for (int i = 0; i < candidates && count < N; i++) {
            int candidate = (int) (bits >>> 12 * i) & 0xfff;
            if (candidate < Q) {
                a[p + count++] = candidate;
            }
        }
        return count;
    }
}
