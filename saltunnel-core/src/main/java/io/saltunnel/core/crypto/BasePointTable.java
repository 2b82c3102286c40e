package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.Edwards25519.ADDEND;
import static io.saltunnel.core.crypto.Edwards25519.HALF_DIFFERENCE;
import static io.saltunnel.core.crypto.Edwards25519.HALF_SUM;
import static io.saltunnel.core.crypto.Edwards25519.PRODUCT;
import static io.saltunnel.core.crypto.Field25519.LIMBS;

import io.saltunnel.core.secret.Wiping;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Multiples of Curve25519's base point B, computed once, so that a public key takes 64 additions and four doublings
 * instead of 255 steps of the ladder. See docs/decisions/base-point-table.md.
 *
 * <p>Row i holds 0·256<sup>i</sup>·B to 8·256<sup>i</sup>·B. The secret is written as 64 digits in base 16, each from
 * -8 to 8:
 *
 * <pre>
 *   secret·B = 16·(sum of d[2i+1]·256<sup>i</sup>·B) + (sum of d[2i]·256<sup>i</sup>·B)
 * </pre>
 *
 * <p>Each look-up reads the whole row and keeps one entry by a mask, and the sign is a mask too, so that neither the
 * running time nor the memory accesses depend on the secret. Each digit is computed when it is needed, from one byte of
 * the secret; no array holds the digits. Immutable.
 */
final class BasePointTable {

    /**
     * Number of public keys made before the table is computed. A process that needs few keys never computes it. Any
     * other process waits for it once, for only two to four milliseconds, because the arithmetic is compiled by then.
     */
    static final int WORTH_ITS_TIME = 64;

    private static final int ROWS = MontgomeryLadder.KEY_SIZE;

    /** The multiples in a row, for the digits 0 to 8. */
    private static final int ENTRIES = 9;

    /** (p + 1)/2, which is 1/2. */
    private static final long HALF_LOW = -9;

    private static final long HALF_TOP = 0x3fffffffffffffffL;

    private static final AtomicInteger ASKED = new AtomicInteger();

    private static volatile @Nullable BasePointTable shared;

    /** ROWS · ENTRIES addends, one after another. */
    private final long[] addends;

    private BasePointTable(long[] addends) {
        this.addends = addends;
    }

    /**
     * The table that all callers share, once it is worth its time.
     *
     * @return null for about the first {@value #WORTH_ITS_TIME} calls
     */
    static @Nullable BasePointTable ifWorthIt() {
        BasePointTable table = shared;
        if (table == null && ASKED.incrementAndGet() == WORTH_ITS_TIME) {
            table = create();
            table.check();
            shared = table;
        }
        return table;
    }

    /** Compares a product with the ladder's. With a wrong table, no peer could agree on keys with this process. */
    private void check() {
        ByteBuffer secret = ByteBuffer.allocateDirect(MontgomeryLadder.KEY_SIZE);
        for (int i = 0; i < MontgomeryLadder.KEY_SIZE; i++) {
            secret.put(i, (byte) (37 * i));
        }
        ByteBuffer byTable = ByteBuffer.allocateDirect(MontgomeryLadder.KEY_SIZE);
        ByteBuffer byLadder = ByteBuffer.allocateDirect(MontgomeryLadder.KEY_SIZE);
        multiply(secret, 0, byTable, 0);
        MontgomeryLadder.multiplyBase(secret, 0, byLadder, 0);
        if (!byTable.equals(byLadder)) {
            throw new AssertionError("the table of the base point's multiples is wrong");
        }
    }

    /** Computes a table, with some 6,500 multiplications. */
    static BasePointTable create() {
        long[] w = new long[Edwards25519.SCRATCH];
        long[][] firsts = new long[ROWS][];
        Edwards25519.setBase(w);
        for (int row = 0; row < ROWS; row++) {
            firsts[row] = w.clone();
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                Edwards25519.twice(w);
            }
        }
        toAddends(firsts);
        long[][] multiples = new long[ROWS * ENTRIES][];
        for (int row = 0; row < ROWS; row++) {
            Edwards25519.setNeutral(w);
            System.arraycopy(firsts[row], 0, w, HALF_SUM, ADDEND);
            for (int entry = 0; entry < ENTRIES; entry++) {
                multiples[row * ENTRIES + entry] = w.clone();
                Edwards25519.add(w);
            }
        }
        toAddends(multiples);
        long[] addends = new long[multiples.length * ADDEND];
        for (int i = 0; i < multiples.length; i++) {
            System.arraycopy(multiples[i], 0, addends, i * ADDEND, ADDEND);
        }
        return new BasePointTable(addends);
    }

    /**
     * Replaces points by addends, with one inversion for all of them: the inverse of each Z follows from the inverse of
     * their product (Montgomery).
     */
    private static void toAddends(long[][] points) {
        int inverse = points.length * LIMBS;
        int each = inverse + LIMBS;
        int x = each + LIMBS;
        int y = x + LIMBS;
        int sum = y + LIMBS;
        int difference = sum + LIMBS;
        int half = difference + LIMBS;
        int d = half + LIMBS;
        long[] w = new long[d + LIMBS]; // at i·LIMBS: the product of the first i + 1 Zs
        Field25519.load(w, half, HALF_LOW, -1, -1, HALF_TOP);
        Field25519.load(w, d, 0x75eb4dca135978a3L, 0x00700a4d4141d8abL, 0x8cc740797779e898L, 0x52036cee2b6ffe73L);
        Field25519.load(w, inverse, 1, 0, 0, 0);
        for (int i = 0; i < points.length; i++) {
            System.arraycopy(points[i], Edwards25519.Z, w, each, LIMBS);
            Field25519.multiply(w, inverse, inverse, each);
            System.arraycopy(w, inverse, w, i * LIMBS, LIMBS);
        }
        Field25519.invert(w, inverse, x, y, sum, difference);
        for (int i = points.length - 1; i >= 0; i--) {
            long[] point = points[i];
            if (i > 0) {
                Field25519.multiply(w, each, inverse, (i - 1) * LIMBS);
            } else {
                System.arraycopy(w, inverse, w, each, LIMBS);
            }
            System.arraycopy(point, Edwards25519.X, w, x, LIMBS);
            System.arraycopy(point, Edwards25519.Y, w, y, LIMBS);
            Field25519.multiply(w, x, x, each);
            Field25519.multiply(w, y, y, each);
            System.arraycopy(point, Edwards25519.Z, w, each, LIMBS);
            Field25519.multiply(w, inverse, inverse, each);
            Field25519.sumAndDifference(w, sum, difference, y, x);
            Field25519.multiply(w, sum, sum, half);
            Field25519.multiply(w, difference, difference, half);
            Field25519.multiply(w, x, x, y);
            Field25519.multiply(w, x, x, d);
            long[] addend = new long[ADDEND];
            System.arraycopy(w, sum, addend, 0, LIMBS);
            System.arraycopy(w, difference, addend, LIMBS, LIMBS);
            System.arraycopy(w, x, addend, 2 * LIMBS, LIMBS);
            points[i] = addend;
        }
    }

    /**
     * Multiplies the base point by a secret, clamped as RFC 7748 says, and writes the product's u-coordinate.
     *
     * @param secret holds the 32 bytes of the secret
     * @param publicKey takes 32 bytes
     */
    void multiply(ByteBuffer secret, int secretOffset, ByteBuffer publicKey, int publicKeyOffset) {
        long[] w = new long[Edwards25519.SCRATCH];
        try {
            Edwards25519.setNeutral(w);
            addDigits(w, secret, secretOffset, true);
            for (int bit = 0; bit < 4; bit++) {
                Edwards25519.twice(w);
            }
            addDigits(w, secret, secretOffset, false);
            Edwards25519.toMontgomery(w);
            Field25519.store(w, Edwards25519.X, publicKey, publicKeyOffset);
        } finally {
            Wiping.wipe(w);
        }
    }

    /** Adds the entry for every second digit, the odd or the even ones. */
    private void addDigits(long[] w, ByteBuffer secret, int secretOffset, boolean odd) {
        int carry = 0;
        for (int row = 0; row < ROWS; row++) {
            int digits = MontgomeryLadder.clampedByte(secret, secretOffset, row);
            int low = (digits & 15) + carry;
            carry = low + 8 >> 4;
            low -= carry << 4;
            int high = (digits >>> 4) + carry;
            if (row < ROWS - 1) { // the last digit is between 4 and 8, so it has no carry
                carry = high + 8 >> 4;
                high -= carry << 4;
            }
            takeAddend(w, row, odd ? high : low);
            Edwards25519.add(w);
        }
    }

    private void takeAddend(long[] w, int row, long digit) {
        long negative = digit >> 63;
        long size = (digit ^ negative) - negative;
        int at = row * ENTRIES * ADDEND;
        take(w, HALF_SUM, at, size);
        take(w, HALF_DIFFERENCE, at + LIMBS, size);
        take(w, PRODUCT, at + 2 * LIMBS, size);
        Edwards25519.negateAddend(w, negative);
    }

    /**
     * Copies one coordinate of addend number {@code size} of a row. Reads all addends of the row, to hide which one is
     * used.
     */
    private void take(long[] w, int to, int at, long size) {
        long[] from = addends;
        long a0 = 0;
        long a1 = 0;
        long a2 = 0;
        long a3 = 0;
        long a4 = 0;
        for (int entry = 0; entry < ENTRIES; entry++, at += ADDEND) {
            long mask = (size ^ entry) - 1 >> 63; // all ones if they are the same
            a0 |= from[at] & mask;
            a1 |= from[at + 1] & mask;
            a2 |= from[at + 2] & mask;
            a3 |= from[at + 3] & mask;
            a4 |= from[at + 4] & mask;
        }
        w[to] = a0;
        w[to + 1] = a1;
        w[to + 2] = a2;
        w[to + 3] = a3;
        w[to + 4] = a4;
    }
}
