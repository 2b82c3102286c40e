package io.saltunnel.core.crypto;

/**
 * The number-theoretic transform of ML-KEM (FIPS 203, section 4.3), which makes products of polynomials cheap, and its
 * inverse. Both work in place, in seven layers. The compiler makes vector code only where it knows the distance of the
 * operands, so each layer has its own method. No branch and no index depends on a coefficient. Any thread.
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
        layer4(a, p);
        layer2(a, p);
        KyberRing.reduce(a, p);
    }

    /**
     * Transforms back (FIPS 203, algorithm 10), and multiplies by R, which undoes the division of
     * {@link KyberRing#reduceProducts}. Coefficients are below q in absolute value before and after. A layer doubles
     * this bound, so the third and the sixth reduce their sums.
     */
    static void transformBack(int[] a, int p) {
        back2(a, p);
        back4(a, p);
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

    private static void layer4(int[] a, int p) {
        for (int k = 0, start = p; k < 32; k++, start += 8) {
            int zeta = KyberRing.zeta(32 + k);
            for (int j = start; j < start + 4; j++) {
                int t = KyberRing.montgomery(zeta * a[j + 4]);
                a[j + 4] = a[j] - t;
                a[j] += t;
            }
        }
    }

    private static void layer2(int[] a, int p) {
        for (int k = 0, start = p; k < 64; k++, start += 4) {
            int zeta = KyberRing.zeta(64 + k);
            for (int j = start; j < start + 2; j++) {
                int t = KyberRing.montgomery(zeta * a[j + 2]);
                a[j + 2] = a[j] - t;
                a[j] += t;
            }
        }
    }

    private static void back2(int[] a, int p) {
        for (int k = 0, start = p; k < 64; k++, start += 4) {
            int zeta = KyberRing.zeta(127 - k);
            for (int j = start; j < start + 2; j++) {
                int t = a[j];
                int u = a[j + 2];
                a[j] = t + u;
                a[j + 2] = KyberRing.montgomery(zeta * (u - t));
            }
        }
    }

    private static void back4(int[] a, int p) {
        for (int k = 0, start = p; k < 32; k++, start += 8) {
            int zeta = KyberRing.zeta(63 - k);
            for (int j = start; j < start + 4; j++) {
                int t = a[j];
                int u = a[j + 4];
                a[j] = t + u;
                a[j + 4] = KyberRing.montgomery(zeta * (u - t));
            }
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
