package io.saltunnel.core.key;

import java.nio.ByteBuffer;

/**
 * The modules of a QR code of version 3 with error correction level L (ISO/IEC 18004, 6.3 and 7.7 to 7.9): a square of
 * {@value #SIZE} rows. The mask is always the same one. The standard chooses the mask that makes the picture easiest to
 * read, but the bits of a key are random anyway, and readers take every mask.
 */
final class QrModules {

    static final int SIZE = 29;
    static final int COUNT = SIZE * SIZE;

    private static final int FINDER_CENTRE = 3;
    private static final int FAR_FINDER_CENTRE = SIZE - 1 - FINDER_CENTRE;
    private static final int ALIGNMENT_CENTRE = 22;

    /** The row and column of the dotted lines between the finders. */
    private static final int TIMING = 6;

    /** The row and column beside the finders that have the format. */
    private static final int FORMAT = 8;

    /** Level L and mask 0 with their error correction, masked as the standard demands. */
    private static final int FORMAT_BITS = 0x77c4;

    private static final int FORMAT_LENGTH = 15;

    private QrModules() {}

    /** Writes the modules row by row from index 0: 1 is dark, 0 is light. */
    static void place(ByteBuffer codewords, ByteBuffer modules) {
        placePatterns(modules);
        placeFormat(modules);
        placeCodewords(codewords, modules);
    }

    /** Returns a module: 1 is dark, 0 is light, as all are beyond the square. */
    static int at(ByteBuffer modules, int row, int column) {
        boolean inside = row >= 0 && row < SIZE && column >= 0 && column < SIZE;
        return inside ? modules.get(row * SIZE + column) : 0;
    }

    private static void put(ByteBuffer modules, int row, int column, int dark) {
        modules.put(row * SIZE + column, (byte) dark);
    }

    private static void placePatterns(ByteBuffer modules) {
        for (int row = 0; row < SIZE; row++) {
            for (int column = 0; column < SIZE; column++) {
                if (isPattern(row, column)) {
                    put(modules, row, column, isDarkPattern(row, column) ? 1 : 0);
                }
            }
        }
    }

    /** Whether the module holds no data: the finders with the format beside them, the timing and the alignment. */
    private static boolean isPattern(int row, int column) {
        boolean top = row <= FORMAT;
        boolean left = column <= FORMAT;
        return top && left
                || top && column >= SIZE - FORMAT
                || left && row >= SIZE - FORMAT
                || row == TIMING
                || column == TIMING
                || distance(row, column, ALIGNMENT_CENTRE, ALIGNMENT_CENTRE) <= 2;
    }

    private static boolean isDarkPattern(int row, int column) {
        int finder = Math.min(
                distance(row, column, FINDER_CENTRE, FINDER_CENTRE),
                Math.min(
                        distance(row, column, FINDER_CENTRE, FAR_FINDER_CENTRE),
                        distance(row, column, FAR_FINDER_CENTRE, FINDER_CENTRE)));
        if (finder <= FINDER_CENTRE + 1) {
            return finder != 2 && finder != FINDER_CENTRE + 1;
        }
        if (row == TIMING || column == TIMING) {
            return (row + column) % 2 == 0;
        }
        return distance(row, column, ALIGNMENT_CENTRE, ALIGNMENT_CENTRE) % 2 == 0;
    }

    /** The number of the square ring around a centre. */
    private static int distance(int row, int column, int centreRow, int centreColumn) {
        return Math.max(Math.abs(row - centreRow), Math.abs(column - centreColumn));
    }

    /** Places the format twice: around the first finder, and in two halves beside the others. */
    private static void placeFormat(ByteBuffer modules) {
        for (int bit = 0; bit < FORMAT_LENGTH; bit++) {
            int dark = FORMAT_BITS >>> bit & 1;
            if (bit < 8) {
                put(modules, bit < TIMING ? bit : bit + 1, FORMAT, dark);
                put(modules, FORMAT, SIZE - 1 - bit, dark);
            } else {
                put(modules, FORMAT, bit == 8 ? 7 : FORMAT_LENGTH - 1 - bit, dark);
                put(modules, SIZE - FORMAT_LENGTH + bit, FORMAT, dark);
            }
        }
        put(modules, SIZE - FORMAT, FORMAT, 1); // always dark
    }

    /** Places the bits in columns of two modules, from the right, upwards and downwards in turn. */
    private static void placeCodewords(ByteBuffer codewords, ByteBuffer modules) {
        int bit = 0;
        boolean upwards = true;
        for (int right = SIZE - 1; right > 0; right -= 2) {
            if (right == TIMING) {
                right--;
            }
            for (int i = 0; i < SIZE; i++) {
                int row = upwards ? SIZE - 1 - i : i;
                for (int column = right; column >= right - 1; column--) {
                    if (!isPattern(row, column)) {
                        int mask = (row + column + 1) % 2;
                        put(modules, row, column, bit(codewords, bit++) ^ mask);
                    }
                }
            }
            upwards = !upwards;
        }
    }

    /** A bit of the codewords; 0 beyond them, where a few modules are left. */
    private static int bit(ByteBuffer codewords, int index) {
        int at = index / Byte.SIZE;
        return at < QrCodewords.COUNT ? codewords.get(at) >>> 7 - index % Byte.SIZE & 1 : 0;
    }
}
