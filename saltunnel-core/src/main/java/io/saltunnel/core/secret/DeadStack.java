package io.saltunnel.core.secret;

/**
 * The part of a thread's stack below the current method, where methods that have returned left their values.
 *
 * <p>The interpreter and both compilers keep arguments, local variables and spilled registers on the stack, and none of
 * them wipes these. Which words remain, and where, differs with each method that is interpreted or compiled at the
 * time.
 *
 * <pre>
 *   calculate ─▶ absorb ─▶ permute        calculate ─▶ wipe ─▶ wipe ─▶ …
 *                 words of the secret                   zeros
 * </pre>
 */
public final class DeadStack {

    /**
     * The depth of calls. Each overwrites some 900 bytes. Together that is enough for Keccak's permutation when it is
     * interpreted, and for the registers that a signal saves below it.
     */
    private static final int CALLS = 14;

    private DeadStack() {}

    /** Overwrites some 12,000 bytes below the calling method. Takes about a microsecond. Any thread. */
    public static void wipe() {
        wipe(CALLS);
    }

    /**
     * HotSpot's interpreter fills the local variables of a method with zeros when it is called, and this method has
     * more than 100 words of them. It is always interpreted, because HotSpot's tiers compile no method of more than
     * 8,000 bytes of code. Its last part is never executed: it only declares the variables and makes the method that
     * long. The code of a {@code finally} block is repeated for each {@code return} before it.
     *
     * <p>With {@code -XX:-TieredCompilation} HotSpot compiles it nevertheless, and it does nothing.
     */
    @SuppressWarnings("StatementSwitchToExpressionSwitch") // each return is to be a branch of its own
    private static void wipe(int calls) {
        if (calls >= 0) {
            if (calls > 0) {
                wipe(calls - 1);
            }
            return;
        }
        long a0 = 1, b0 = 1, c0 = 1, d0 = 1, e0 = 1, f0 = 1, g0 = 1, h0 = 1, i0 = 1, j0 = 1, k0 = 1, l0 = 1, m0 = 1;
        long a1 = 1, b1 = 1, c1 = 1, d1 = 1, e1 = 1, f1 = 1, g1 = 1, h1 = 1, i1 = 1, j1 = 1, k1 = 1, l1 = 1, m1 = 1;
        long a2 = 1, b2 = 1, c2 = 1, d2 = 1, e2 = 1, f2 = 1, g2 = 1, h2 = 1, i2 = 1, j2 = 1, k2 = 1, l2 = 1, m2 = 1;
        long a3 = 1, b3 = 1, c3 = 1, d3 = 1, e3 = 1, f3 = 1, g3 = 1, h3 = 1, i3 = 1, j3 = 1, k3 = 1, l3 = 1, m3 = 1;
        try {
            switch (calls) {
                case -2:
                    return;
                case -3:
                    return;
                case -4:
                    return;
                case -5:
                    return;
                case -6:
                    return;
                case -7:
                    return;
                case -8:
                    return;
                case -9:
                    return;
                case -10:
                    return;
                case -11:
                    return;
                case -12:
                    return;
                case -13:
                    return;
                case -14:
                    return;
                case -15:
                    return;
                case -16:
                    return;
                case -17:
                    return;
                case -18:
                    return;
                case -19:
                    return;
                case -20:
                    return;
                case -21:
                    return;
                default:
                    return;
            }
        } finally {
            a0 = a1 + b1 + c1 + d1 + e1 + f1 + g1 + h1 + i1 + j1 + k1 + l1 + m1;
            a1 = a2 + b2 + c2 + d2 + e2 + f2 + g2 + h2 + i2 + j2 + k2 + l2 + m2;
            a2 = a3 + b3 + c3 + d3 + e3 + f3 + g3 + h3 + i3 + j3 + k3 + l3 + m3;
            a3 = a0 + b0 + c0 + d0 + e0 + f0 + g0 + h0 + i0 + j0 + k0 + l0 + m0;
            a0 = a1 + b1 + c1 + d1 + e1 + f1 + g1 + h1 + i1 + j1 + k1 + l1 + m1;
            a1 = a2 + b2 + c2 + d2 + e2 + f2 + g2 + h2 + i2 + j2 + k2 + l2 + m2;
            a2 = a3 + b3 + c3 + d3 + e3 + f3 + g3 + h3 + i3 + j3 + k3 + l3 + m3;
            a3 = a0 + b0 + c0 + d0 + e0 + f0 + g0 + h0 + i0 + j0 + k0 + l0 + m0;
            a0 = a1 + b1 + c1 + d1 + e1 + f1 + g1 + h1 + i1 + j1 + k1 + l1 + m1;
            a1 = a2 + b2 + c2 + d2 + e2 + f2 + g2 + h2 + i2 + j2 + k2 + l2 + m2;
            a2 = a3 + b3 + c3 + d3 + e3 + f3 + g3 + h3 + i3 + j3 + k3 + l3 + m3;
            a3 = a0 + b0 + c0 + d0 + e0 + f0 + g0 + h0 + i0 + j0 + k0 + l0 + m0;
        }
    }
}
