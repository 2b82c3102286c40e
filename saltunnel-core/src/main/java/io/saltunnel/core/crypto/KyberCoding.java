package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.KyberRing.N;

import java.nio.ByteBuffer;

/**
 * ML-KEM's polynomials from bytes, from random bits, and to bytes (FIPS 203, section 4.2). No branch and no index
 * depends on a secret. Any thread.
 */
final class KyberCoding {

    /** Ints behind a sampled polynomial that are overwritten: {@value}. */
    static final int BEHIND = 16;

    private KyberCoding() {}

    /**
     * Writes coefficients of 12 bits (FIPS 203, algorithm 5).
     *
     * @param a coefficients from -q to q - 1
     */
    static void encode12(int[] a, int p, ByteBuffer out, int offset) {
        for (int i = 0, at = offset; i < N; i += 2, at += 3) {
            int low = KyberRing.nonNegative(a[p + i]);
            int high = KyberRing.nonNegative(a[p + i + 1]);
            out.put(at, (byte) low);
            out.put(at + 1, (byte) (low >>> 8 | high << 4));
            out.put(at + 2, (byte) (high >>> 4));
        }
    }

    /**
     * Reads coefficients of 12 bits (FIPS 203, algorithm 6). They are below 4096, and below q if the bytes passed the
     * modulus check or were made here.
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

    /** Packs four coefficients, rounded to 10 bits, into 40 bits; from values between -2q and 2q. */
    static long pack10(int[] a, int p) {
        long packed = 0;
        for (int i = 0; i < 4; i++) {
            packed |= (long) compress(a[p + i] + 2 * KyberRing.Q, 10) << 10 * i;
        }
        return packed;
    }

    /** Packs eight coefficients, rounded to 4 bits, into 32 bits; from values between -2q and 2q. */
    static int pack4(int[] a, int p) {
        int packed = 0;
        for (int i = 0; i < 8; i++) {
            packed |= compress(a[p + i] + 2 * KyberRing.Q, 4) << 4 * i;
        }
        return packed;
    }

    /**
     * Rounds a coefficient to {@code bits} bits (FIPS 203, section 4.2.1). Division by q is a multiplication by the
     * rounded-up 2^38 / q, exact for all these values. The bits that a multiple of q adds are cut off.
     *
     * @param value from 0 to 4q
     */
    static int compress(int value, int bits) {
        long scaled = ((long) value << bits) + KyberRing.Q / 2;
        return (int) (scaled * 82570715L >>> 38) & ((1 << bits) - 1);
    }

    /** The coefficient that {@code bits} bits stand for. */
    static int decompress(int value, int bits) {
        return (value * KyberRing.Q + (1 << (bits - 1))) >> bits;
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
     * Samples a uniform transformed polynomial (FIPS 203, algorithm 7). The number of blocks that it takes depends on the
     * output, which is public. Each candidate is written, and the next one replaces it if it is too large: about one in
     * five is, which no processor can predict.
     *
     * @param stream an output of any length, at its beginning
     * @param a has room for {@value #BEHIND} more ints behind the polynomial, which are overwritten
     */
    static void sampleUniform(Keccak stream, int[] a, int p) {
        int end = p + N;
        int at = p;
        while (at < end) {
            // 24 bytes are sixteen candidates of 12 bits.
            long first = stream.squeezeLong();
            long second = stream.squeezeLong();
            long third = stream.squeezeLong();
            at = take(first, 5, a, at);
            at = take(first >>> 60 | second << 4, 5, a, at);
            at = take(second >>> 56 | third << 8, 5, a, at);
            at = take(third >>> 52, 1, a, at);
        }
    }

    private static int take(long bits, int candidates, int[] a, int from) {
        int at = from;
        for (int i = 0; i < candidates; i++) {
            int candidate = (int) (bits >>> 12 * i) & 0xfff;
            a[at] = candidate;
            at += candidate - KyberRing.Q >>> 31;
        }
        return at;
    }
}
