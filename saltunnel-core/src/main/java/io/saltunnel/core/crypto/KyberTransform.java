package io.saltunnel.core.crypto;

/**
 * The number-theoretic transform of ML-KEM (FIPS 203, section 4.3), which makes products of polynomials cheap, and its
 * inverse. No branch and no index depends on a coefficient. Any thread.
 *
 * <p>The compiler vectorises loops over neighbours that are long enough. In natural order, the operands of the last
 * three layers are 8, 4 and 2 apart, so their loops would have only 8, 4 and 2 steps. So the coefficients are moved to
 * {@linkplain KyberRing split order} between the fourth and the fifth layer. There the operands of the last three
 * layers are 64, 32 and 16 apart.
 */
final class KyberTransform {

    private static final int N = KyberRing.N;
    private static final int ROW = KyberRing.ROW;
    private static final int INVERSE_128 = KyberRing.inverseOf128();

    // The factors of the layers in split order. A pair's factor is at the index of its first coefficient.
    private static final int[] ZETAS_8 = zetas(16, 1, 1);
    private static final int[] ZETAS_4 = zetas(32, 2, 1);
    private static final int[] ZETAS_2 = zetas(64, 4, 1);

    // The factors of the inverse transform, which come in the opposite order.
    private static final int[] BACK_8 = zetas(31, 1, -1);
    private static final int[] BACK_4 = zetas(63, 2, -1);
    private static final int[] BACK_2 = zetas(127, 4, -1);

    private KyberTransform() {}

    /** Makes a layer's factors: {@code each} for a column, numbered from the first one up (1) or down (-1). */
    private static int[] zetas(int first, int each, int direction) {
        int[] zetas = new int[N];
        for (int i = 0; i < N; i++) {
            int column = i % ROW;
            int row = i / ROW % 8; // its bits, from the highest, are those of the layers 8, 4 and 2
            zetas[i] = KyberRing.zeta(first + direction * (each * column + each * row / 8));
        }
        return zetas;
    }

    /**
     * Transforms a polynomial (FIPS 203, algorithm 9).
     *
     * @param a coefficients in natural order, below q in absolute value; intermediate values afterwards
     * @param to takes the transformed polynomial in split order, from -q/2 to q/2; another array
     */
    static void transform(int[] a, int[] to) {
        apart128(a, KyberRing.zeta(1));
        apart64(a, 0, KyberRing.zeta(2));
        apart64(a, 128, KyberRing.zeta(3));
        for (int k = 0; k < 4; k++) {
            apart32(a, 64 * k, KyberRing.zeta(4 + k));
        }
        for (int k = 0; k < 8; k++) {
            apart16(a, 32 * k, KyberRing.zeta(8 + k));
        }
        split(a, to);
        apart64(to, 0, ZETAS_8);
        apart64(to, 128, ZETAS_8);
        for (int start = 0; start < N; start += 64) {
            apart32(to, start, ZETAS_4);
        }
        for (int start = 0; start < N; start += 32) {
            apart16(to, start, ZETAS_2);
        }
        KyberRing.reduce(to);
    }

    /**
     * Transforms back (FIPS 203, algorithm 10), and multiplies by R, which undoes the division of
     * {@link KyberRing#reduceProducts}. A layer doubles the bound of its sums, so the third and the sixth reduce them.
     *
     * @param a a transformed polynomial in split order, below q in absolute value; intermediate values afterwards
     * @param to takes the coefficients in natural order, below q in absolute value; another array
     */
    static void transformBack(int[] a, int[] to) {
        for (int start = 0; start < N; start += 32) {
            back16(a, start, BACK_2);
        }
        for (int start = 0; start < N; start += 64) {
            back32(a, start, BACK_4);
        }
        back64(a, 0, BACK_8);
        back64(a, 128, BACK_8);
        join(a, to);
        for (int k = 0; k < 8; k++) {
            back16(to, 32 * k, KyberRing.zeta(15 - k));
        }
        for (int k = 0; k < 4; k++) {
            back32(to, 64 * k, KyberRing.zeta(7 - k));
        }
        back64(to, 0, KyberRing.zeta(3));
        back64(to, 128, KyberRing.zeta(2));
        back128(to, KyberRing.zeta(1));
    }

    /** Moves coefficients from natural to split order. */
    private static void split(int[] a, int[] to) {
        for (int k = 0, j = 0; k < ROW; k++, j += ROW) {
            to[k] = a[j];
            to[k + 128] = a[j + 1];
            to[k + 16] = a[j + 2];
            to[k + 144] = a[j + 3];
            to[k + 32] = a[j + 4];
            to[k + 160] = a[j + 5];
            to[k + 48] = a[j + 6];
            to[k + 176] = a[j + 7];
            to[k + 64] = a[j + 8];
            to[k + 192] = a[j + 9];
            to[k + 80] = a[j + 10];
            to[k + 208] = a[j + 11];
            to[k + 96] = a[j + 12];
            to[k + 224] = a[j + 13];
            to[k + 112] = a[j + 14];
            to[k + 240] = a[j + 15];
        }
    }

    /** Moves coefficients from split to natural order. */
    private static void join(int[] a, int[] to) {
        for (int k = 0, j = 0; k < ROW; k++, j += ROW) {
            to[j] = a[k];
            to[j + 1] = a[k + 128];
            to[j + 2] = a[k + 16];
            to[j + 3] = a[k + 144];
            to[j + 4] = a[k + 32];
            to[j + 5] = a[k + 160];
            to[j + 6] = a[k + 48];
            to[j + 7] = a[k + 176];
            to[j + 8] = a[k + 64];
            to[j + 9] = a[k + 192];
            to[j + 10] = a[k + 80];
            to[j + 11] = a[k + 208];
            to[j + 12] = a[k + 96];
            to[j + 13] = a[k + 224];
            to[j + 14] = a[k + 112];
            to[j + 15] = a[k + 240];
        }
    }

    // ---- Runs of pairs, with one factor for all or with a table of factors. Each distance has its own method, because
    // the compiler vectorises only where the distance is a constant.

    private static void apart128(int[] a, int zeta) {
        for (int j = 0; j < 128; j++) {
            int t = KyberRing.montgomery(zeta * a[j + 128]);
            a[j + 128] = a[j] - t;
            a[j] += t;
        }
    }

    private static void apart64(int[] a, int start, int zeta) {
        for (int j = 0; j < 64; j++) {
            int t = KyberRing.montgomery(zeta * a[start + j + 64]);
            a[start + j + 64] = a[start + j] - t;
            a[start + j] += t;
        }
    }

    private static void apart64(int[] a, int start, int[] zetas) {
        for (int j = 0; j < 64; j++) {
            int t = KyberRing.montgomery(zetas[start + j] * a[start + j + 64]);
            a[start + j + 64] = a[start + j] - t;
            a[start + j] += t;
        }
    }

    private static void apart32(int[] a, int start, int zeta) {
        for (int j = 0; j < 32; j++) {
            int t = KyberRing.montgomery(zeta * a[start + j + 32]);
            a[start + j + 32] = a[start + j] - t;
            a[start + j] += t;
        }
    }

    private static void apart32(int[] a, int start, int[] zetas) {
        for (int j = 0; j < 32; j++) {
            int t = KyberRing.montgomery(zetas[start + j] * a[start + j + 32]);
            a[start + j + 32] = a[start + j] - t;
            a[start + j] += t;
        }
    }

    private static void apart16(int[] a, int start, int zeta) {
        for (int j = 0; j < 16; j++) {
            int t = KyberRing.montgomery(zeta * a[start + j + 16]);
            a[start + j + 16] = a[start + j] - t;
            a[start + j] += t;
        }
    }

    private static void apart16(int[] a, int start, int[] zetas) {
        for (int j = 0; j < 16; j++) {
            int t = KyberRing.montgomery(zetas[start + j] * a[start + j + 16]);
            a[start + j + 16] = a[start + j] - t;
            a[start + j] += t;
        }
    }

    private static void back16(int[] a, int start, int[] zetas) {
        for (int j = 0; j < 16; j++) {
            int t = a[start + j];
            int u = a[start + j + 16];
            a[start + j] = t + u;
            a[start + j + 16] = KyberRing.montgomery(zetas[start + j] * (u - t));
        }
    }

    private static void back16(int[] a, int start, int zeta) {
        for (int j = 0; j < 16; j++) {
            int t = a[start + j];
            int u = a[start + j + 16];
            a[start + j] = t + u;
            a[start + j + 16] = KyberRing.montgomery(zeta * (u - t));
        }
    }

    private static void back32(int[] a, int start, int[] zetas) {
        for (int j = 0; j < 32; j++) {
            int t = a[start + j];
            int u = a[start + j + 32];
            a[start + j] = t + u;
            a[start + j + 32] = KyberRing.montgomery(zetas[start + j] * (u - t));
        }
    }

    private static void back32(int[] a, int start, int zeta) {
        for (int j = 0; j < 32; j++) {
            int t = a[start + j];
            int u = a[start + j + 32];
            a[start + j] = t + u;
            a[start + j + 32] = KyberRing.montgomery(zeta * (u - t));
        }
    }

    private static void back64(int[] a, int start, int[] zetas) {
        for (int j = 0; j < 64; j++) {
            int t = a[start + j];
            int u = a[start + j + 64];
            a[start + j] = KyberRing.reduced(t + u);
            a[start + j + 64] = KyberRing.montgomery(zetas[start + j] * (u - t));
        }
    }

    private static void back64(int[] a, int start, int zeta) {
        for (int j = 0; j < 64; j++) {
            int t = a[start + j];
            int u = a[start + j + 64];
            a[start + j] = KyberRing.reduced(t + u);
            a[start + j + 64] = KyberRing.montgomery(zeta * (u - t));
        }
    }

    /** The last layer, with a factor that all coefficients have in common. */
    private static void back128(int[] a, int zeta) {
        for (int j = 0; j < 128; j++) {
            int t = a[j];
            int u = a[j + 128];
            a[j] = KyberRing.montgomery(INVERSE_128 * (t + u));
            a[j + 128] = KyberRing.montgomery(INVERSE_128 * KyberRing.montgomery(zeta * (u - t)));
        }
    }
}
