package io.saltunnel.core.crypto;

/**
 * The number-theoretic transform of ML-KEM (FIPS 203, section 4.3), which makes products of polynomials cheap, and its
 * inverse. No branch and no index depends on a coefficient. Any thread.
 *
 * <p>The compiler vectorises loops over neighbours, if they are long. In natural order, the operands of the layers are
 * 128, 64, 32, 16, 8, 4 and 2 apart, so only the first two layers have long loops. So the polynomial is turned after
 * each two layers: its four quarters are interleaved. Then the operands of the next two layers are 128 and 64 apart.
 * The last turn leaves the coefficients in {@linkplain KyberRing split order}.
 *
 * <pre>
 *   bits of a coefficient's index, from the highest:
 *   7 6 5 4 3 2 1 0 ──turn─▶ 5 4 3 2 1 0 7 6 ──turn─▶ 3 2 1 0 7 6 5 4 ──turn, swap─▶ 0 1 7 6 5 4 3 2
 *   ▲ ▲                      ▲ ▲                      ▲ ▲                              ▲
 *   layers 128, 64           layers 32, 16            layers 8, 4                      layer 2
 * </pre>
 */
final class KyberTransform {

    private static final int N = KyberRing.N;
    private static final int HALF = N / 2;
    private static final int QUARTER = N / 4;

    /** The factors of the last layer of the inverse transform: the inverse of 128, and its product with the zeta. */
    private static final int LAST_SUM = KyberRing.inverseOf128();

    private static final int LAST_DIFFERENCE = KyberRing.montgomery(LAST_SUM * KyberRing.zeta(1));

    /** The factors of the layers, from the first one. A pair's factor is at the index of its first coefficient. */
    private static final int[][] ZETAS = zetas(false);

    /** The factors of the inverse transform's layers, in the order of the transform's layers. */
    private static final int[][] BACK_ZETAS = zetas(true);

    private KyberTransform() {}

    /** Makes all factors. In a layer, FIPS 203 numbers them upwards, and downwards for the inverse transform. */
    private static int[][] zetas(boolean back) {
        int[][] zetas = new int[7][N];
        for (int layer = 0; layer < zetas.length; layer++) {
            for (int i = 0; i < N; i++) {
                int natural =
                        layer == 6 ? naturalOfSplit(i) : Integer.rotateRight(i * 0x01010101, layer / 2 * 2) & 0xff;
                int group = natural >> 8 - layer;
                zetas[layer][i] = KyberRing.zeta(back ? (2 << layer) - 1 - group : (1 << layer) + group);
            }
        }
        return zetas;
    }

    /** Returns the index in natural order of the coefficient at an index of split order. */
    private static int naturalOfSplit(int i) {
        int pair = i % QUARTER * 2 + i / QUARTER % 2;
        return 2 * pair + i / HALF;
    }

    /**
     * Transforms a polynomial (FIPS 203, algorithm 9).
     *
     * @param a coefficients in natural order, below q in absolute value; intermediate values afterwards
     * @param to takes the transformed polynomial in split order, from -q/2 to q/2; another array
     */
    static void transform(int[] a, int[] to) {
        apart128(a, ZETAS[0]);
        apart64(a, ZETAS[1]);
        turn(a, to);
        apart128(to, ZETAS[2]);
        apart64(to, ZETAS[3]);
        turn(to, a);
        apart128(a, ZETAS[4]);
        apart64(a, ZETAS[5]);
        turnAndSwap(a, to);
        apart64(to, ZETAS[6]);
        KyberRing.reduce(to);
    }

    /**
     * Transforms back (FIPS 203, algorithm 10), and multiplies by R, which undoes the division of
     * {@link KyberRing#reduceProducts}. A layer doubles the bound of its sums. So the layers whose operands are 64 apart
     * reduce them, and the bound is 4q at most.
     *
     * @param a a transformed polynomial in split order, below q in absolute value; intermediate values afterwards
     * @param to takes the coefficients in natural order, below q in absolute value; another array
     */
    static void transformBack(int[] a, int[] to) {
        back64(a, BACK_ZETAS[6]);
        swapAndTurnBack(a, to);
        back64(to, BACK_ZETAS[5]);
        back128(to, BACK_ZETAS[4]);
        turnBack(to, a);
        back64(a, BACK_ZETAS[3]);
        back128(a, BACK_ZETAS[2]);
        turnBack(a, to);
        back64(to, BACK_ZETAS[1]);
        last128(to);
    }

    // ---- turns

    /** Interleaves the quarters: moves the two highest bits of each index to its low end. */
    private static void turn(int[] a, int[] to) {
        for (int i = 0, j = 0; i < QUARTER; i++, j += 4) {
            to[j] = a[i];
            to[j + 1] = a[i + QUARTER];
            to[j + 2] = a[i + 2 * QUARTER];
            to[j + 3] = a[i + 3 * QUARTER];
        }
    }

    /** Undoes {@link #turn}. */
    private static void turnBack(int[] a, int[] to) {
        for (int i = 0, j = 0; i < QUARTER; i++, j += 4) {
            to[i] = a[j];
            to[i + QUARTER] = a[j + 1];
            to[i + 2 * QUARTER] = a[j + 2];
            to[i + 3 * QUARTER] = a[j + 3];
        }
    }

    /** Interleaves the quarters, and swaps the second and the third quarter of the result. */
    private static void turnAndSwap(int[] a, int[] to) {
        for (int i = 0, j = 0; j < QUARTER; i++, j += 4) {
            for (int k = 0; k < 4; k++) {
                to[j + k] = a[i + k * QUARTER];
                to[j + k + HALF] = a[i + k * QUARTER + 16];
                to[j + k + QUARTER] = a[i + k * QUARTER + 32];
                to[j + k + HALF + QUARTER] = a[i + k * QUARTER + 48];
            }
        }
    }

    /** Undoes {@link #turnAndSwap}. */
    private static void swapAndTurnBack(int[] a, int[] to) {
        for (int i = 0, j = 0; j < QUARTER; i++, j += 4) {
            for (int k = 0; k < 4; k++) {
                to[i + k * QUARTER] = a[j + k];
                to[i + k * QUARTER + 16] = a[j + k + HALF];
                to[i + k * QUARTER + 32] = a[j + k + QUARTER];
                to[i + k * QUARTER + 48] = a[j + k + HALF + QUARTER];
            }
        }
    }

    // ---- Layers. Each distance has its own loops, because the compiler vectorises only where the distance is a
    // constant.

    private static void apart128(int[] a, int[] zetas) {
        for (int j = 0; j < HALF; j++) {
            int t = KyberRing.montgomery(zetas[j] * a[j + HALF]);
            a[j + HALF] = a[j] - t;
            a[j] += t;
        }
    }

    private static void apart64(int[] a, int[] zetas) {
        apart64(a, 0, zetas);
        apart64(a, HALF, zetas);
    }

    private static void apart64(int[] a, int start, int[] zetas) {
        for (int j = 0; j < QUARTER; j++) {
            int t = KyberRing.montgomery(zetas[start + j] * a[start + j + QUARTER]);
            a[start + j + QUARTER] = a[start + j] - t;
            a[start + j] += t;
        }
    }

    private static void back64(int[] a, int[] zetas) {
        back64(a, 0, zetas);
        back64(a, HALF, zetas);
    }

    private static void back64(int[] a, int start, int[] zetas) {
        for (int j = 0; j < QUARTER; j++) {
            int t = a[start + j];
            int u = a[start + j + QUARTER];
            a[start + j] = KyberRing.reduced(t + u);
            a[start + j + QUARTER] = KyberRing.montgomery(zetas[start + j] * (u - t));
        }
    }

    private static void back128(int[] a, int[] zetas) {
        for (int j = 0; j < HALF; j++) {
            int t = a[j];
            int u = a[j + HALF];
            a[j] = t + u;
            a[j + HALF] = KyberRing.montgomery(zetas[j] * (u - t));
        }
    }

    /** The last layer, whose factors contain the one that all coefficients have in common. */
    private static void last128(int[] a) {
        for (int j = 0; j < HALF; j++) {
            int t = a[j];
            int u = a[j + HALF];
            a[j] = KyberRing.montgomery(LAST_SUM * (t + u));
            a[j + HALF] = KyberRing.montgomery(LAST_DIFFERENCE * (u - t));
        }
    }
}
