package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.KyberRing.N;
import static io.saltunnel.core.crypto.KyberRing.ODD;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;

/**
 * Writes and reads ML-KEM's polynomials as bytes, and samples them from random bits (FIPS 203, section 4.2). No branch
 * and no index depends on a secret. Any thread.
 */
final class KyberCoding {

    /** Ints behind a polynomial that sampling overwrites too: {@value}. */
    static final int BEHIND = 16;

    /** The index of each coefficient in split order. The ints behind the polynomial keep their index. */
    private static final int[] PLACES = places();

    private KyberCoding() {}

    private static int[] places() {
        int[] places = new int[N + BEHIND];
        for (int i = 0; i < N; i++) {
            places[i] = KyberRing.place(i / 2) + i % 2 * (N / 2);
        }
        for (int i = N; i < places.length; i++) {
            places[i] = i;
        }
        return places;
    }

    /**
     * Writes coefficients of 12 bits (FIPS 203, algorithm 5), eight pairs at a time.
     *
     * @param a a polynomial in split order; its coefficients are from -q to q - 1
     */
    static void encode12(int[] a, ByteBuffer out, int offset) {
        for (int i = 0, at = offset; i < ODD; i += 4, at += 3 * Long.BYTES) {
            long third = pair(a, i + 1);
            long sixth = pair(a, i + 2 + ODD);
            LittleEndian.putLong(out, at, pair(a, i) | pair(a, i + ODD) << 24 | third << 48);
            LittleEndian.putLong(
                    out,
                    at + Long.BYTES,
                    third >>> 16 | pair(a, i + 1 + ODD) << 8 | pair(a, i + 2) << 32 | sixth << 56);
            LittleEndian.putLong(
                    out, at + 2 * Long.BYTES, sixth >>> 8 | pair(a, i + 3) << 16 | pair(a, i + 3 + ODD) << 40);
        }
    }

    /** The 24 bits of a pair. */
    private static long pair(int[] a, int at) {
        return KyberRing.nonNegative(a[at]) | KyberRing.nonNegative(a[at + N / 2]) << 12;
    }

    /**
     * Reads coefficients of 12 bits (FIPS 203, algorithm 6). They are below 4096, and below q if the bytes passed the
     * modulus check or are from {@link #encode12}.
     *
     * @param a takes the polynomial in split order
     */
    static void decode12(ByteBuffer in, int offset, int[] a) {
        for (int i = 0, at = offset; i < ODD; i += 4, at += 3 * Long.BYTES) {
            long first = LittleEndian.getLong(in, at);
            long second = LittleEndian.getLong(in, at + Long.BYTES);
            long third = LittleEndian.getLong(in, at + 2 * Long.BYTES);
            putPair(a, i, first);
            putPair(a, i + ODD, first >>> 24);
            putPair(a, i + 1, first >>> 48 | second << 16);
            putPair(a, i + 1 + ODD, second >>> 8);
            putPair(a, i + 2, second >>> 32);
            putPair(a, i + 2 + ODD, second >>> 56 | third << 8);
            putPair(a, i + 3, third >>> 16);
            putPair(a, i + 3 + ODD, third >>> 40);
        }
    }

    private static void putPair(int[] a, int at, long bits) {
        a[at] = (int) bits & 0xfff;
        a[at + N / 2] = (int) (bits >>> 12) & 0xfff;
    }

    /** Rounds coefficients from -2q to 2q to 10 bits, and writes them (FIPS 203, algorithm 5), four at a time. */
    static void encode10(int[] a, ByteBuffer out, int offset) {
        for (int i = 0, at = offset; i < N; i += 4, at += 5) {
            long packed = pack10(a, i);
            LittleEndian.putInt(out, at, (int) packed);
            out.put(at + Integer.BYTES, (byte) (packed >>> 32));
        }
    }

    /** Reads coefficients that were rounded to 10 bits, into natural order. */
    static void decode10(ByteBuffer in, int offset, int[] a) {
        for (int i = 0, at = offset; i < N; i += 4, at += 5) {
            long packed = LittleEndian.getInt(in, at) & 0xffff_ffffL | (in.get(at + Integer.BYTES) & 0xffL) << 32;
            for (int part = 0; part < 4; part++) {
                a[i + part] = decompress((int) (packed >>> 10 * part) & 0x3ff, 10);
            }
        }
    }

    /** Rounds coefficients from -2q to 2q to 4 bits, and writes them, eight at a time. */
    static void encode4(int[] a, ByteBuffer out, int offset) {
        for (int i = 0, at = offset; i < N; i += 8, at += Integer.BYTES) {
            LittleEndian.putInt(out, at, pack4(a, i));
        }
    }

    /** Reads coefficients that were rounded to 4 bits, into natural order. */
    static void decode4(ByteBuffer in, int offset, int[] a) {
        for (int i = 0, at = offset; i < N; i += 8, at += Integer.BYTES) {
            int packed = LittleEndian.getInt(in, at);
            for (int part = 0; part < 8; part++) {
                a[i + part] = decompress(packed >>> 4 * part & 0xf, 4);
            }
        }
    }

    /** Rounds four coefficients from -2q to 2q to 10 bits, and packs them into 40 bits. */
    static long pack10(int[] a, int p) {
        long packed = 0;
        for (int i = 0; i < 4; i++) {
            packed |= (long) compress(a[p + i] + 2 * KyberRing.Q, 10) << 10 * i;
        }
        return packed;
    }

    /** Rounds eight coefficients from -2q to 2q to 4 bits, and packs them into 32 bits. */
    static int pack4(int[] a, int p) {
        int packed = 0;
        for (int i = 0; i < 8; i++) {
            packed |= compress(a[p + i] + 2 * KyberRing.Q, 4) << 4 * i;
        }
        return packed;
    }

    /**
     * Rounds a coefficient to {@code bits} bits (FIPS 203, section 4.2.1). Multiplies by 2^38 / q, rounded up,
     * instead of dividing by q; this is exact for all values allowed. A multiple of q adds only higher bits, which the
     * mask removes.
     *
     * @param value from 0 to 4q
     */
    static int compress(int value, int bits) {
        long scaled = ((long) value << bits) + KyberRing.Q / 2;
        return (int) (scaled * 82570715L >>> 38) & ((1 << bits) - 1);
    }

    /** Returns the coefficient that a value of {@code bits} bits stands for (FIPS 203, section 4.2.1). */
    static int decompress(int value, int bits) {
        return (value * KyberRing.Q + (1 << (bits - 1))) >> bits;
    }

    /**
     * Rounds centered coefficients to one bit: one if it is nearer to q/2 or -q/2 than to zero.
     *
     * @param a coefficients from -q/2 to q/2; zeros and ones afterwards
     */
    static void compress1(int[] a) {
        for (int j = 0; j < N; j++) {
            int sign = a[j] >> 31;
            int distance = (a[j] ^ sign) - sign;
            a[j] = (KyberRing.Q / 4 - distance) >>> 31;
        }
    }

    /**
     * Samples from the centered binomial distribution with eta 2 (FIPS 203, algorithm 8): each coefficient takes four
     * bits.
     *
     * @param bits {@value KyberNoise#WORDS} words from the index {@code from}
     * @param a takes the polynomial in natural order
     */
    static void sampleBinomial(LongBuffer bits, int from, int[] a) {
        for (int i = 0, at = 0; i < KyberNoise.WORDS; i++, at += 16) {
            long word = bits.get(from + i);
            long pairs = (word & 0x5555555555555555L) + (word >>> 1 & 0x5555555555555555L);
            for (int j = 0; j < 16; j++) {
                a[at + j] = (int) (pairs >>> 4 * j & 3) - (int) (pairs >>> 4 * j + 2 & 3);
            }
        }
    }

    /**
     * Samples a uniform transformed polynomial (FIPS 203, algorithm 7). The number of blocks and the indexes depend on
     * the stream, which is public. Each candidate is written, and the next one overwrites it if it is too large. About
     * one in five is, at random, so a branch would often be mispredicted.
     *
     * @param stream SHAKE128 after its input, before any output
     * @param a takes the polynomial in split order, and has {@value #BEHIND} more ints behind it, which are overwritten
     */
    static void sampleUniform(Keccak stream, int[] a) {
        int at = 0;
        while (at < N) {
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
            a[PLACES[at]] = candidate;
            at += candidate - KyberRing.Q >>> 31;
        }
        return at;
    }
}
