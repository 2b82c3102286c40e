package io.saltunnel.core.key;

import java.nio.ByteBuffer;

/**
 * The codewords of a key's QR code, version 3 with error correction level L: {@value #DATA} data codewords and
 * {@value #CORRECTION} for error correction, in one block (ISO/IEC 18004, 7.4 and 7.5). The data are the 64 upper-case
 * hexadecimal digits of the key in alphanumeric mode, in which a digit's code is its value.
 *
 * <p>Products are computed without a table, because a table's cache lines would reveal the key.
 */
final class QrCodewords {

    static final int DATA = 55;
    static final int CORRECTION = 15;
    static final int COUNT = DATA + CORRECTION;

    private static final int MODE_BITS = 4;
    private static final int ALPHANUMERIC = 0b0010;
    private static final int LENGTH_BITS = 9;
    private static final int BASE = 45;
    private static final int PAIR_BITS = 11;
    private static final int[] PADDING = {0xec, 0x11};

    /** x^8 + x^4 + x^3 + x^2 + 1. */
    private static final int FIELD_POLYNOMIAL = 0x11d;

    private static final byte[] GENERATOR = generator();

    private final ByteBuffer codewords;
    private int bits;

    private QrCodewords(ByteBuffer codewords) {
        this.codewords = codewords;
    }

    /** Writes the {@value #COUNT} codewords of a key from index 0, into zeros. */
    static void encode(ByteBuffer key, ByteBuffer codewords) {
        QrCodewords data = new QrCodewords(codewords);
        data.append(ALPHANUMERIC, MODE_BITS);
        data.append(2 * LongTermKey.BYTES, LENGTH_BITS);
        for (int i = 0; i < LongTermKey.BYTES; i++) {
            int octet = key.get(i) & 0xff;
            data.append((octet >>> 4) * BASE + (octet & 0xf), PAIR_BITS);
        }
        data.pad();
        addCorrection(codewords);
    }

    private void append(int value, int count) {
        for (int bit = count - 1; bit >= 0; bit--) {
            int at = bits / Byte.SIZE;
            codewords.put(at, (byte) (codewords.get(at) | (value >>> bit & 1) << (7 - bits % Byte.SIZE)));
            bits++;
        }
    }

    /** Ends the data with four zeros, fills the last octet with zeros, and appends the padding. */
    private void pad() {
        int used = (bits + MODE_BITS + Byte.SIZE - 1) / Byte.SIZE;
        for (int at = used; at < DATA; at++) {
            codewords.put(at, (byte) PADDING[(at - used) % PADDING.length]);
        }
    }

    /** Writes the remainder of the data, as a polynomial, divided by the generator. */
    private static void addCorrection(ByteBuffer codewords) {
        for (int i = 0; i < DATA; i++) {
            int factor = codewords.get(i) ^ codewords.get(DATA);
            for (int j = 0; j < CORRECTION; j++) {
                int next = j + 1 < CORRECTION ? codewords.get(DATA + j + 1) : 0;
                codewords.put(DATA + j, (byte) (next ^ product(factor & 0xff, GENERATOR[j] & 0xff)));
            }
        }
    }

    /** The product of (x - 2^i) for all i below {@value #CORRECTION}, without its first coefficient, which is 1. */
    private static byte[] generator() {
        byte[] coefficients = new byte[CORRECTION];
        coefficients[CORRECTION - 1] = 1;
        int root = 1;
        for (int i = 0; i < CORRECTION; i++) {
            for (int j = 0; j < CORRECTION; j++) {
                int next = j + 1 < CORRECTION ? coefficients[j + 1] : 0;
                coefficients[j] = (byte) (product(coefficients[j] & 0xff, root) ^ next);
            }
            root = product(root, 2);
        }
        return coefficients;
    }

    private static int product(int a, int b) {
        int product = 0;
        for (int bit = Byte.SIZE - 1; bit >= 0; bit--) {
            product = product << 1 ^ -(product >>> 7) & FIELD_POLYNOMIAL;
            product ^= -(b >>> bit & 1) & a;
        }
        return product;
    }
}
