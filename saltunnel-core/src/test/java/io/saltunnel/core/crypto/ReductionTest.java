package io.saltunnel.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The last step of both arithmetics, modulo 2^255 - 19 and 2^130 - 5, compared with big integers: for values not below
 * the modulus, which random input never gives, and for limbs that overflow.
 */
class ReductionTest {
    private static final BigInteger P25519 = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger P1305 = BigInteger.TWO.pow(130).subtract(BigInteger.valueOf(5));
    private static final int[] NEAR = {-20, -19, -6, -5, -2, -1, 0, 1, 2, 4, 5, 18, 19};

    private final Random random = new Random(1);

    @Test
    void storesTheLeastValueOfAnElement() {
        for (int near : NEAR) {
            long[] limbs = limbs(P25519.add(BigInteger.valueOf(near)), 51, 5);
            assertStores(limbs);
            limbs[4] += 1L << 51; // 2^255 more, which is 19 more
            assertStores(limbs);
        }
        assertStores(new long[5]);
        for (int i = 0; i < 10_000; i++) {
            long[] limbs = new long[5];
            for (int limb = 0; limb < limbs.length; limb++) {
                limbs[limb] = random.nextLong() >>> random.nextInt(10, 64);
            }
            assertStores(limbs);
        }
        long most = (1L << 54) - 1;
        assertStores(new long[] {most, most, most, most, most});
    }

    private static void assertStores(long[] limbs) {
        ByteBuffer out = ByteBuffer.allocate(32);
        Field25519.store(limbs, 0, out, 0);
        assertThat(integer(out)).isEqualTo(value(limbs, 51).mod(P25519));
    }

    @Test
    void finishesATagWithTheLeastValueAndThePad() {
        for (int near : NEAR) {
            for (long pad : new long[] {0, 1, -1, random.nextLong()}) {
                long[] limbs = limbs(P1305.add(BigInteger.valueOf(near)), 32, 4);
                assertFinishes(limbs, pad, -pad);
            }
        }
        for (int i = 0; i < 10_000; i++) {
            long[] limbs = new long[4];
            for (int limb = 0; limb < 3; limb++) {
                limbs[limb] = random.nextLong() >>> random.nextInt(30, 64);
            }
            limbs[3] = random.nextLong() >>> random.nextInt(28, 64);
            assertFinishes(limbs, random.nextLong(), random.nextLong());
        }
        assertFinishes(new long[] {(1L << 34) - 1, (1L << 34) - 1, (1L << 34) - 1, (1L << 36) - 1}, -1, -1);
    }

    private static void assertFinishes(long[] h, long padLow, long padHigh) {
        ByteBuffer tag = ByteBuffer.allocate(16);
        Poly1305.finish(h[0], h[1], h[2], h[3], padLow, padHigh, tag, 0);
        BigInteger pad = unsigned(padHigh).shiftLeft(64).add(unsigned(padLow));
        assertThat(integer(tag)).isEqualTo(value(h, 32).mod(P1305).add(pad).mod(BigInteger.TWO.pow(128)));
    }

    private static long[] limbs(BigInteger value, int bits, int count) {
        long[] limbs = new long[count];
        for (int i = 0; i < count; i++) {
            BigInteger rest = value.shiftRight(bits * i);
            limbs[i] = (i == count - 1 ? rest : rest.mod(BigInteger.TWO.pow(bits))).longValueExact();
        }
        return limbs;
    }

    private static BigInteger value(long[] limbs, int bits) {
        BigInteger value = BigInteger.ZERO;
        for (int i = 0; i < limbs.length; i++) {
            value = value.add(BigInteger.valueOf(limbs[i]).shiftLeft(bits * i));
        }
        return value;
    }

    private static BigInteger integer(ByteBuffer littleEndian) {
        ByteBuffer words = littleEndian.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        BigInteger value = BigInteger.ZERO;
        for (int at = words.capacity() - Long.BYTES; at >= 0; at -= Long.BYTES) {
            value = value.shiftLeft(Long.SIZE).add(unsigned(words.getLong(at)));
        }
        return value;
    }

    private static BigInteger unsigned(long word) {
        return new BigInteger(Long.toUnsignedString(word));
    }
}
