package io.saltunnel.core.crypto;

/**
 * The number-theoretic transform of ML-KEM (FIPS 203, section 4.3), which makes products of polynomials cheap, and its
 * inverse. Both work in place, in seven layers. The compiler makes vector code only where it knows the distance of the
 * operands, so each layer but the smallest has its own method. No branch and no index depends on a coefficient. Any thread.
 */
final class KyberTransform {

    private static final int INVERSE_128 = KyberRing.inverseOf128();

    private KyberTransform() {}

    /**
     * Transforms a polynomial (FIPS 203, algorithm 9). Coefficients are below q in absolute value before, and from -q/2
     * to q/2 after.
     */
    static void transform(int[] a, int p) {
        layer128(a, p);
        layer64(a, p);
        layer32(a, p);
        layer16(a, p);
        layer8(a, p);
        layers4And2(a, p);
    }

    /**
     * Transforms back (FIPS 203, algorithm 10), and multiplies by R, which undoes the division of
     * {@link KyberRing#reduceProducts}. Coefficients are below q in absolute value before and after. A layer doubles
     * this bound, so the third and the sixth reduce their sums.
     */
    static void transformBack(int[] a, int p) {
        back2And4(a, p);
        back8(a, p);
        back16(a, p);
        back32(a, p);
        back64(a, p);
        back128(a, p);
    }

    private static void layer128(int[] a, int p) {
        int zeta = KyberRing.zeta(1);
        for (int j = p; j < p + 128; j++) {
            int t = KyberRing.montgomery(zeta * a[j + 128]);
            a[j + 128] = a[j] - t;
            a[j] += t;
        }
    }

    private static void layer64(int[] a, int p) {
        for (int k = 0, start = p; k < 2; k++, start += 128) {
            int zeta = KyberRing.zeta(2 + k);
            for (int j = start; j < start + 64; j++) {
                int t = KyberRing.montgomery(zeta * a[j + 64]);
                a[j + 64] = a[j] - t;
                a[j] += t;
            }
        }
    }

    private static void layer32(int[] a, int p) {
        for (int k = 0, start = p; k < 4; k++, start += 64) {
            int zeta = KyberRing.zeta(4 + k);
            for (int j = start; j < start + 32; j++) {
                int t = KyberRing.montgomery(zeta * a[j + 32]);
                a[j + 32] = a[j] - t;
                a[j] += t;
            }
        }
    }

    private static void layer16(int[] a, int p) {
        for (int k = 0, start = p; k < 8; k++, start += 32) {
            int zeta = KyberRing.zeta(8 + k);
            for (int j = start; j < start + 16; j++) {
                int t = KyberRing.montgomery(zeta * a[j + 16]);
                a[j + 16] = a[j] - t;
                a[j] += t;
            }
        }
    }

    private static void layer8(int[] a, int p) {
        for (int k = 0, start = p; k < 16; k++, start += 16) {
            int zeta = KyberRing.zeta(16 + k);
            for (int j = start; j < start + 8; j++) {
                int t = KyberRing.montgomery(zeta * a[j + 8]);
                a[j + 8] = a[j] - t;
                a[j] += t;
            }
        }
    }

    /** The last two layers at once, as each eight coefficients go together, and the reduction. */
    private static void layers4And2(int[] a, int p) {
        for (int k = 0, j = p; k < 32; k++, j += 8) {
            int zeta = KyberRing.zeta(32 + k);
            int t0 = KyberRing.montgomery(zeta * a[j + 4]);
            int t1 = KyberRing.montgomery(zeta * a[j + 5]);
            int t2 = KyberRing.montgomery(zeta * a[j + 6]);
            int t3 = KyberRing.montgomery(zeta * a[j + 7]);
            int left = KyberRing.zeta(64 + 2 * k);
            int u0 = KyberRing.montgomery(left * (a[j + 2] + t2));
            int u1 = KyberRing.montgomery(left * (a[j + 3] + t3));
            int right = KyberRing.zeta(65 + 2 * k);
            int v0 = KyberRing.montgomery(right * (a[j + 2] - t2));
            int v1 = KyberRing.montgomery(right * (a[j + 3] - t3));
            int s0 = a[j] + t0;
            int s1 = a[j + 1] + t1;
            int d0 = a[j] - t0;
            int d1 = a[j + 1] - t1;
            a[j] = KyberRing.reduced(s0 + u0);
            a[j + 1] = KyberRing.reduced(s1 + u1);
            a[j + 2] = KyberRing.reduced(s0 - u0);
            a[j + 3] = KyberRing.reduced(s1 - u1);
            a[j + 4] = KyberRing.reduced(d0 + v0);
            a[j + 5] = KyberRing.reduced(d1 + v1);
            a[j + 6] = KyberRing.reduced(d0 - v0);
            a[j + 7] = KyberRing.reduced(d1 - v1);
        }
    }

    /** The first two layers at once, as each eight coefficients go together. Sums grow to four times the bound. */
    private static void back2And4(int[] a, int p) {
        for (int k = 0, j = p; k < 32; k++, j += 8) {
            int left = KyberRing.zeta(127 - 2 * k);
            int s0 = a[j] + a[j + 2];
            int s1 = a[j + 1] + a[j + 3];
            int d0 = KyberRing.montgomery(left * (a[j + 2] - a[j]));
            int d1 = KyberRing.montgomery(left * (a[j + 3] - a[j + 1]));
            int right = KyberRing.zeta(126 - 2 * k);
            int s2 = a[j + 4] + a[j + 6];
            int s3 = a[j + 5] + a[j + 7];
            int d2 = KyberRing.montgomery(right * (a[j + 6] - a[j + 4]));
            int d3 = KyberRing.montgomery(right * (a[j + 7] - a[j + 5]));
            int zeta = KyberRing.zeta(63 - k);
            a[j] = s0 + s2;
            a[j + 1] = s1 + s3;
            a[j + 2] = d0 + d2;
            a[j + 3] = d1 + d3;
            a[j + 4] = KyberRing.montgomery(zeta * (s2 - s0));
            a[j + 5] = KyberRing.montgomery(zeta * (s3 - s1));
            a[j + 6] = KyberRing.montgomery(zeta * (d2 - d0));
            a[j + 7] = KyberRing.montgomery(zeta * (d3 - d1));
        }
    }

    private static void back8(int[] a, int p) {
        for (int k = 0, start = p; k < 16; k++, start += 16) {
            int zeta = KyberRing.zeta(31 - k);
            for (int j = start; j < start + 8; j++) {
                int t = a[j];
                int u = a[j + 8];
                a[j] = KyberRing.reduced(t + u);
                a[j + 8] = KyberRing.montgomery(zeta * (u - t));
            }
        }
    }

    private static void back16(int[] a, int p) {
        for (int k = 0, start = p; k < 8; k++, start += 32) {
            int zeta = KyberRing.zeta(15 - k);
            for (int j = start; j < start + 16; j++) {
                int t = a[j];
                int u = a[j + 16];
                a[j] = t + u;
                a[j + 16] = KyberRing.montgomery(zeta * (u - t));
            }
        }
    }

    private static void back32(int[] a, int p) {
        for (int k = 0, start = p; k < 4; k++, start += 64) {
            int zeta = KyberRing.zeta(7 - k);
            for (int j = start; j < start + 32; j++) {
                int t = a[j];
                int u = a[j + 32];
                a[j] = t + u;
                a[j + 32] = KyberRing.montgomery(zeta * (u - t));
            }
        }
    }

    private static void back64(int[] a, int p) {
        for (int k = 0, start = p; k < 2; k++, start += 128) {
            int zeta = KyberRing.zeta(3 - k);
            for (int j = start; j < start + 64; j++) {
                int t = a[j];
                int u = a[j + 64];
                a[j] = KyberRing.reduced(t + u);
                a[j + 64] = KyberRing.montgomery(zeta * (u - t));
            }
        }
    }

    /** The last layer, with a factor that all coefficients have in common. */
    private static void back128(int[] a, int p) {
        int zeta = KyberRing.zeta(1);
        for (int j = p; j < p + 128; j++) {
            int t = a[j];
            int u = a[j + 128];
            a[j] = KyberRing.montgomery(INVERSE_128 * (t + u));
            a[j + 128] = KyberRing.montgomery(INVERSE_128 * KyberRing.montgomery(zeta * (u - t)));
        }
    }
}
