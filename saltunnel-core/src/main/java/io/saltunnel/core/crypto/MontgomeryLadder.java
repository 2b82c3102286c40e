package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.Field25519.LIMBS;

import io.saltunnel.core.secret.Wiping;
import java.nio.ByteBuffer;

/**
 * Multiplies points of Curve25519 by clamped secrets, after RFC 7748. Running time and memory accesses don't depend on
 * the secret. Any thread: each call has its own scratch array, which it wipes.
 */
final class MontgomeryLadder {

    /** Bytes of a secret and of a u-coordinate. */
    static final int KEY_SIZE = 32;

    /** (486662 - 2) / 4, the curve's constant in the ladder's doubling. */
    private static final int A24 = 121665;

    /** The u-coordinate of the base point. */
    private static final int BASE = 9;

    // Field elements in the scratch array, in RFC 7748's letters. The point (X2:Z2) is doubled, (X3:Z3) is added to
    // it; their difference is (X1:1).
    private static final int X1 = 0;
    private static final int X2 = LIMBS;
    private static final int Z2 = 2 * LIMBS;
    private static final int X3 = 3 * LIMBS;
    private static final int Z3 = 4 * LIMBS;
    private static final int A = 5 * LIMBS;
    private static final int B = 6 * LIMBS;
    private static final int C = 7 * LIMBS;
    private static final int D = 8 * LIMBS;
    private static final int SCRATCH = 9 * LIMBS;

    private MontgomeryLadder() {}

    /** Computes a public key by the ladder alone, without the table. */
    static void multiplyBase(ByteBuffer secret, int secretOffset, ByteBuffer publicKey, int publicKeyOffset) {
        multiply(secret, secretOffset, BASE, 0, 0, 0, publicKey, publicKeyOffset);
    }

    /** Multiplies the point whose u-coordinate has the little-endian words u0..u3 by the clamped secret. */
    static void multiply(
            ByteBuffer secret, int secretOffset, long u0, long u1, long u2, long u3, ByteBuffer out, int outOffset) {
        long[] w = new long[SCRATCH];
        try {
            Field25519.load(w, X1, u0, u1, u2, u3);
            Field25519.load(w, X3, u0, u1, u2, u3);
            w[X2] = 1;
            w[Z3] = 1;
            long swapped = 0;
            for (int t = 254; t >= 0; t--) {
                long bit = (long) clampedByte(secret, secretOffset, t >>> 3) >>> (t & 7) & 1;
                step(w, -(bit ^ swapped));
                swapped = bit;
            }
            // The clamped secret's last bits are 0, so no swap remains.
            Field25519.invert(w, Z2, A, B, C, D);
            Field25519.multiply(w, X2, X2, Z2);
            Field25519.store(w, X2, out, outOffset);
        } finally {
            Wiping.wipe(w);
        }
    }

    /** Byte i of the clamped secret, 0 to 255: bits 0, 1, 2 and 255 are clear, bit 254 is set. */
    static int clampedByte(ByteBuffer secret, int secretOffset, int i) {
        int bits = secret.get(secretOffset + i) & 0xff;
        return switch (i) {
            case 0 -> bits & 0xf8;
            case KEY_SIZE - 1 -> bits & 0x7f | 0x40;
            default -> bits;
        };
    }

    /**
     * One step of the ladder. RFC 7748 first exchanges the two points if {@code mask} is all ones. That only exchanges
     * the products DA and CB, whose order doesn't matter, and changes which point is doubled. So this step selects the
     * operands of the doubling and exchanges nothing.
     */
    private static void step(long[] w, long mask) {
        Field25519.sumAndDifference(w, A, B, X2, Z2);
        Field25519.sumAndDifference(w, C, D, X3, Z3);
        Field25519.multiply(w, X3, D, A); // DA
        Field25519.multiply(w, Z3, B, C); // CB
        Field25519.select(w, A, C, mask);
        Field25519.select(w, B, D, mask);
        Field25519.square(w, A, A); // AA
        Field25519.square(w, B, B); // BB
        Field25519.sumAndDifference(w, C, D, X3, Z3);
        Field25519.square(w, X3, C); // x3 = (DA + CB)^2
        Field25519.square(w, Z3, D);
        Field25519.multiply(w, Z3, Z3, X1); // z3 = x1 (DA - CB)^2
        Field25519.multiply(w, X2, A, B); // x2 = AA BB
        Field25519.subtract(w, B, A, B); // E = AA - BB
        Field25519.multiplyAdd(w, A, B, A24, A); // AA + a24 E
        Field25519.multiply(w, Z2, B, A); // z2 = E (AA + a24 E)
    }
}
