package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.LittleEndian.getLong;
import static io.saltunnel.core.crypto.LittleEndian.getPartialLong;
import static io.saltunnel.core.crypto.LittleEndian.putLong;

import java.nio.ByteBuffer;

/**
 * Poly1305, the one-time authenticator, after RFC 8439 section 2.5.
 *
 * <p>The accumulator h, a number modulo p = 2<sup>130</sup> - 5, is held in four limbs of 32, 32, 32 and 34 bits. The
 * key's r is clamped: its four limbs are below 2<sup>28</sup>, and the upper three are divisible by 4, so that a
 * product with weight 2<sup>128</sup> or more comes back at weight 1 with the factor s<sub>i</sub> = 5·r<sub>i</sub>/4,
 * below 1.25·2<sup>28</sup>. A block then costs sixteen 64-bit multiplications and no wider ones:
 *
 * <pre>
 *   weight 1      x0 = h0·r0 + h1·s3 + h2·s2 + h3·s1
 *   weight 2^32   x1 = h0·r1 + h1·r0 + h2·s3 + h3·s2
 *   weight 2^64   x2 = h0·r2 + h1·r1 + h2·r0 + h3·s3
 *   weight 2^96   x3 = h0·r3 + h1·r2 + h2·r1 + h3·r0
 * </pre>
 *
 * <p>Only two chains of carries run, x0 → x1 → limb 2 and x2 → x3 → limb 0 → limb 1. After them and the addition of the
 * next block, the limbs are at most 2, 2, 2.96 and 6 times 2<sup>32</sup> (and two units more in limb 1), which keeps
 * x0, the largest column, below 15.7·2<sup>60</sup>: no sum leaves 64 unsigned bits.
 *
 * <p>Any thread; the whole state lives in local variables.
 */
public final class Poly1305 {

    /** Bytes in a one-time key: {@value}. */
    public static final int KEY_SIZE = 32;

    /** Bytes in a tag: {@value}. */
    public static final int TAG_SIZE = 16;

    private static final int BLOCK_SIZE = 16;
    private static final long MASK32 = (1L << 32) - 1;
    private static final long MASK34 = (1L << 34) - 1;

    /** 2<sup>128</sup>, the bit after a whole block, seen from limb 3. */
    private static final long TOP = 1L << 32;

    private Poly1305() {}

    /**
     * Computes the tag of a message.
     *
     * @param key holds the 32 bytes of the one-time key, which must never authenticate a second message
     * @param keyOffset where the key starts
     * @param message holds the message
     * @param messageOffset where the message starts
     * @param length bytes in the message, from 0
     * @param tag takes the 16 bytes of the tag; they may overlap the key and the message
     * @param tagOffset where the tag starts
     * @throws IndexOutOfBoundsException if a range leaves its buffer
     */
    public static void tag(
            ByteBuffer key,
            int keyOffset,
            ByteBuffer message,
            int messageOffset,
            int length,
            ByteBuffer tag,
            int tagOffset) {
        LittleEndian.check(key, keyOffset, KEY_SIZE);
        LittleEndian.check(message, messageOffset, length);
        LittleEndian.check(tag, tagOffset, TAG_SIZE);
        tag(
                getLong(key, keyOffset),
                getLong(key, keyOffset + 8),
                getLong(key, keyOffset + 16),
                getLong(key, keyOffset + 24),
                message,
                messageOffset,
                length,
                tag,
                tagOffset);
    }

    /** Takes the key as its four little-endian words: r, then the pad. Callers have checked the ranges. */
    static void tag(
            long rLow,
            long rHigh,
            long padLow,
            long padHigh,
            ByteBuffer message,
            int messageOffset,
            int length,
            ByteBuffer tag,
            int tagOffset) {
        long r0 = rLow & 0x0fffffff;
        long r1 = rLow >>> 32 & 0x0ffffffc;
        long r2 = rHigh & 0x0ffffffc;
        long r3 = rHigh >>> 32 & 0x0ffffffc;
        long s1 = (r1 >>> 2) * 5;
        long s2 = (r2 >>> 2) * 5;
        long s3 = (r3 >>> 2) * 5;
        long h0 = 0;
        long h1 = 0;
        long h2 = 0;
        long h3 = 0;
        int end = messageOffset + length;
        int whole = end - length % BLOCK_SIZE;
        for (int at = messageOffset; at < whole; at += BLOCK_SIZE) {
            long low = getLong(message, at);
            long high = getLong(message, at + 8);
            h0 += low & MASK32;
            h1 += low >>> 32;
            h2 += high & MASK32;
            h3 += (high >>> 32) + TOP;
            long x0 = h0 * r0 + h1 * s3 + h2 * s2 + h3 * s1;
            long x1 = h0 * r1 + h1 * r0 + h2 * s3 + h3 * s2;
            long x2 = h0 * r2 + h1 * r1 + h2 * r0 + h3 * s3;
            long x3 = h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0;
            x3 += x2 >>> 32;
            x1 += x0 >>> 32;
            h0 = (x0 & MASK32) + (x3 >>> 34) * 5;
            h1 = (x1 & MASK32) + (h0 >>> 32);
            h0 &= MASK32;
            h2 = (x2 & MASK32) + (x1 >>> 32);
            h3 = x3 & MASK34;
        }
        if (whole < end) {
            int left = end - whole;
            long low = getPartialLong(message, whole, Math.min(left, 8));
            long high = getPartialLong(message, whole + 8, Math.max(left - 8, 0));
            if (left < 8) {
                low |= 1L << 8 * left;
            } else {
                high |= 1L << 8 * (left - 8);
            }
            h0 += low & MASK32;
            h1 += low >>> 32;
            h2 += high & MASK32;
            h3 += high >>> 32;
            long x0 = h0 * r0 + h1 * s3 + h2 * s2 + h3 * s1;
            long x1 = h0 * r1 + h1 * r0 + h2 * s3 + h3 * s2;
            long x2 = h0 * r2 + h1 * r1 + h2 * r0 + h3 * s3;
            long x3 = h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0;
            x3 += x2 >>> 32;
            x1 += x0 >>> 32;
            h0 = (x0 & MASK32) + (x3 >>> 34) * 5;
            h1 = (x1 & MASK32) + (h0 >>> 32);
            h0 &= MASK32;
            h2 = (x2 & MASK32) + (x1 >>> 32);
            h3 = x3 & MASK34;
        }
        finish(h0, h1, h2, h3, padLow, padHigh, tag, tagOffset);
    }

    /**
     * Reduces modulo p, adds the pad modulo 2<sup>128</sup> and writes the tag; h3 may reach 2<sup>36</sup>, the others
     * 2<sup>34</sup>.
     */
    static void finish(long h0, long h1, long h2, long h3, long padLow, long padHigh, ByteBuffer tag, int tagOffset) {
        for (int pass = 0; pass < 2; pass++) { // the first leaves at most one more carry
            h1 += h0 >>> 32;
            h0 &= MASK32;
            h2 += h1 >>> 32;
            h1 &= MASK32;
            h3 += h2 >>> 32;
            h2 &= MASK32;
            h0 += (h3 >>> 34) * 5;
            h3 &= MASK34;
        }
        // h + 5 reaches 2^130 if h is p or more; the excess then is h - p
        long carry = h0 + 5 >>> 32;
        carry = h1 + carry >>> 32;
        carry = h2 + carry >>> 32;
        carry = h3 + carry >>> 34;
        h0 += 5 * carry + (padLow & MASK32);
        h1 += (padLow >>> 32) + (h0 >>> 32);
        h2 += (padHigh & MASK32) + (h1 >>> 32);
        h3 += (padHigh >>> 32) + (h2 >>> 32);
        putLong(tag, tagOffset, h0 & MASK32 | h1 << 32);
        putLong(tag, tagOffset + 8, h2 & MASK32 | h3 << 32);
    }
}
