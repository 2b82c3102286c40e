package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.LittleEndian.getLong;
import static io.saltunnel.core.crypto.LittleEndian.getPartialLong;

import java.nio.ByteBuffer;

/**
 * Poly1305, the one-time authenticator, after RFC 8439 section 2.5.
 *
 * <p>Numbers modulo p = 2<sup>130</sup> - 5 are held in three limbs of 44, 44 and 42 bits. A column of the schoolbook product is a
 * sum T of at most three products below 2<sup>98</sup>; Java has no 128-bit integer, so it is kept as two sums that need no carry
 * between them: {@code low}, the products modulo 2<sup>64</sup>, and {@code high}, each product divided by 2<sup>51</sup> and
 * rounded down, for which one factor comes shifted left by 13, so that {@link Math#multiplyHigh} does the division. Then
 * T = 2<sup>51</sup>·high + rest, where rest = low - 2<sup>51</sup>·high (mod 2<sup>64</sup>) is below 3·2<sup>51</sup> and thus exact.
 *
 * <p>Thread-safe; the whole state lives in local variables.
 */
public final class Poly1305 {

    /** Bytes in a one-time key: {@value}. */
    public static final int KEY_SIZE = 32;

    /** Bytes in a tag: {@value}. */
    public static final int TAG_SIZE = 16;

    static final long MASK44 = (1L << 44) - 1;
    static final long MASK42 = (1L << 42) - 1;

    /** What the multiplier's limbs are shifted by, so that the high 64 bits of a product count 2^51. */
    static final int HIGH_SHIFT = 13;

    private static final int BLOCK_SIZE = 16;

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
        long t0 = getLong(key, keyOffset) & 0x0ffffffc0fffffffL;
        long t1 = getLong(key, keyOffset + 8) & 0x0ffffffc0ffffffcL;
        long r0 = t0 & MASK44;
        long r1 = (t0 >>> 44 | t1 << 20) & MASK44;
        long r2 = t1 >>> 24;
        long s1 = r1 * 20; // 2^132 = 4·2^130, which is 4·5 modulo p
        long s2 = r2 * 20;
        long r0High = r0 << HIGH_SHIFT;
        long r1High = r1 << HIGH_SHIFT;
        long r2High = r2 << HIGH_SHIFT;
        long s1High = s1 << HIGH_SHIFT;
        long s2High = s2 << HIGH_SHIFT;

        long h0 = 0;
        long h1 = 0;
        long h2 = 0;
        int end = messageOffset + length;
        for (int at = messageOffset; at < end; at += BLOCK_SIZE) {
            int left = end - at;
            long top = 1L << 40; // the bit after the block's last byte, 2^128, seen from limb 2
            if (left >= BLOCK_SIZE) {
                t0 = getLong(message, at);
                t1 = getLong(message, at + 8);
            } else {
                top = 0;
                t0 = getPartialLong(message, at, Math.min(left, 8));
                t1 = getPartialLong(message, at + 8, Math.max(left - 8, 0));
                if (left < 8) {
                    t0 |= 1L << (8 * left);
                } else {
                    t1 |= 1L << (8 * (left - 8));
                }
            }
            h0 += t0 & MASK44;
            h1 += (t0 >>> 44 | t1 << 20) & MASK44;
            h2 += t1 >>> 24 | top;

            long low0 = h0 * r0 + h1 * s2 + h2 * s1;
            long low1 = h0 * r1 + h1 * r0 + h2 * s2;
            long low2 = h0 * r2 + h1 * r1 + h2 * r0;
            long high0 = Math.multiplyHigh(h0, r0High) + Math.multiplyHigh(h1, s2High) + Math.multiplyHigh(h2, s1High);
            long high1 = Math.multiplyHigh(h0, r1High) + Math.multiplyHigh(h1, r0High) + Math.multiplyHigh(h2, s2High);
            long high2 = Math.multiplyHigh(h0, r2High) + Math.multiplyHigh(h1, r1High) + Math.multiplyHigh(h2, r0High);
            long rest0 = low0 - (high0 << 51);
            long rest1 = low1 - (high1 << 51) + (high0 << 7) + (rest0 >>> 44);
            long rest2 = low2 - (high2 << 51) + (high1 << 7) + (rest1 >>> 44);
            h0 = (rest0 & MASK44) + 5 * ((high2 << 9) + (rest2 >>> 42));
            h1 = (rest1 & MASK44) + (h0 >>> 44);
            h0 &= MASK44;
            h2 = rest2 & MASK42;
        }
        finish(h0, h1, h2, getLong(key, keyOffset + 16), getLong(key, keyOffset + 24), tag, tagOffset);
    }

    /** Reduces modulo p, adds the key's second half modulo 2^128 and writes the tag. */
    private static void finish(long h0, long h1, long h2, long pad0, long pad1, ByteBuffer tag, int tagOffset) {
        h2 += h1 >>> 44;
        h1 &= MASK44;
        h0 += 5 * (h2 >>> 42);
        h2 &= MASK42;
        h1 += h0 >>> 44;
        h0 &= MASK44;
        h2 += h1 >>> 44;
        h1 &= MASK44;
        h0 += 5 * (h2 >>> 42);
        h2 &= MASK42;
        h1 += h0 >>> 44;
        h0 &= MASK44;

        // g = h - p; take it if it is not negative
        long g0 = h0 + 5;
        long g1 = h1 + (g0 >>> 44);
        long g2 = h2 + (g1 >>> 44) - (1L << 42);
        long keep = g2 >> 63;
        h0 = h0 & keep | g0 & MASK44 & ~keep;
        h1 = h1 & keep | g1 & MASK44 & ~keep;
        h2 = h2 & keep | g2 & ~keep;

        long low = h0 | h1 << 44;
        long high = h1 >>> 20 | h2 << 24;
        long tag0 = low + pad0;
        long carry = (low & pad0 | (low | pad0) & ~tag0) >>> 63;
        LittleEndian.putLong(tag, tagOffset, tag0);
        LittleEndian.putLong(tag, tagOffset + 8, high + pad1 + carry);
    }
}
