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
     * The depth of calls. Each overwrites some 3,300 bytes. Together that is enough for Keccak's permutation when it is
     * interpreted, and for the registers that a signal saves below it.
     */
    private static final int CALLS = 4;

    private DeadStack() {}

    /** Overwrites some 13,000 bytes below the calling method. Takes less than a microsecond. Any thread. */
    public static void wipe() {
        wipe(CALLS - 1);
    }

    /**
     * HotSpot's interpreter fills the local variables of a method with zeros when it is called, and this method has
     * more than 400 words of them. It is always interpreted, because HotSpot's tiers compile no method of more than
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
        long n0 = 1, o0 = 1, p0 = 1, q0 = 1, r0 = 1, s0 = 1, t0 = 1, u0 = 1, v0 = 1, w0 = 1, x0 = 1, y0 = 1, z0 = 1;
        long a1 = 1, b1 = 1, c1 = 1, d1 = 1, e1 = 1, f1 = 1, g1 = 1, h1 = 1, i1 = 1, j1 = 1, k1 = 1, l1 = 1, m1 = 1;
        long n1 = 1, o1 = 1, p1 = 1, q1 = 1, r1 = 1, s1 = 1, t1 = 1, u1 = 1, v1 = 1, w1 = 1, x1 = 1, y1 = 1, z1 = 1;
        long a2 = 1, b2 = 1, c2 = 1, d2 = 1, e2 = 1, f2 = 1, g2 = 1, h2 = 1, i2 = 1, j2 = 1, k2 = 1, l2 = 1, m2 = 1;
        long n2 = 1, o2 = 1, p2 = 1, q2 = 1, r2 = 1, s2 = 1, t2 = 1, u2 = 1, v2 = 1, w2 = 1, x2 = 1, y2 = 1, z2 = 1;
        long a3 = 1, b3 = 1, c3 = 1, d3 = 1, e3 = 1, f3 = 1, g3 = 1, h3 = 1, i3 = 1, j3 = 1, k3 = 1, l3 = 1, m3 = 1;
        long n3 = 1, o3 = 1, p3 = 1, q3 = 1, r3 = 1, s3 = 1, t3 = 1, u3 = 1, v3 = 1, w3 = 1, x3 = 1, y3 = 1, z3 = 1;
        long a4 = 1, b4 = 1, c4 = 1, d4 = 1, e4 = 1, f4 = 1, g4 = 1, h4 = 1, i4 = 1, j4 = 1, k4 = 1, l4 = 1, m4 = 1;
        long n4 = 1, o4 = 1, p4 = 1, q4 = 1, r4 = 1, s4 = 1, t4 = 1, u4 = 1, v4 = 1, w4 = 1, x4 = 1, y4 = 1, z4 = 1;
        long a5 = 1, b5 = 1, c5 = 1, d5 = 1, e5 = 1, f5 = 1, g5 = 1, h5 = 1, i5 = 1, j5 = 1, k5 = 1, l5 = 1, m5 = 1;
        long n5 = 1, o5 = 1, p5 = 1, q5 = 1, r5 = 1, s5 = 1, t5 = 1, u5 = 1, v5 = 1, w5 = 1, x5 = 1, y5 = 1, z5 = 1;
        long a6 = 1, b6 = 1, c6 = 1, d6 = 1, e6 = 1, f6 = 1, g6 = 1, h6 = 1, i6 = 1, j6 = 1, k6 = 1, l6 = 1, m6 = 1;
        long n6 = 1, o6 = 1, p6 = 1, q6 = 1, r6 = 1, s6 = 1, t6 = 1, u6 = 1, v6 = 1, w6 = 1, x6 = 1, y6 = 1, z6 = 1;
        long a7 = 1, b7 = 1, c7 = 1, d7 = 1, e7 = 1, f7 = 1, g7 = 1, h7 = 1, i7 = 1, j7 = 1, k7 = 1, l7 = 1, m7 = 1;
        long n7 = 1, o7 = 1, p7 = 1, q7 = 1, r7 = 1, s7 = 1, t7 = 1, u7 = 1, v7 = 1, w7 = 1, x7 = 1, y7 = 1, z7 = 1;
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
                default:
                    return;
            }
        } finally {
            a0 = a1 + b1 + c1 + d1 + e1 + f1 + g1 + h1 + i1 + j1 + k1 + l1 + m1;
            n0 = n1 + o1 + p1 + q1 + r1 + s1 + t1 + u1 + v1 + w1 + x1 + y1 + z1;
            a1 = a2 + b2 + c2 + d2 + e2 + f2 + g2 + h2 + i2 + j2 + k2 + l2 + m2;
            n1 = n2 + o2 + p2 + q2 + r2 + s2 + t2 + u2 + v2 + w2 + x2 + y2 + z2;
            a2 = a3 + b3 + c3 + d3 + e3 + f3 + g3 + h3 + i3 + j3 + k3 + l3 + m3;
            n2 = n3 + o3 + p3 + q3 + r3 + s3 + t3 + u3 + v3 + w3 + x3 + y3 + z3;
            a3 = a4 + b4 + c4 + d4 + e4 + f4 + g4 + h4 + i4 + j4 + k4 + l4 + m4;
            n3 = n4 + o4 + p4 + q4 + r4 + s4 + t4 + u4 + v4 + w4 + x4 + y4 + z4;
            a4 = a5 + b5 + c5 + d5 + e5 + f5 + g5 + h5 + i5 + j5 + k5 + l5 + m5;
            n4 = n5 + o5 + p5 + q5 + r5 + s5 + t5 + u5 + v5 + w5 + x5 + y5 + z5;
            a5 = a6 + b6 + c6 + d6 + e6 + f6 + g6 + h6 + i6 + j6 + k6 + l6 + m6;
            n5 = n6 + o6 + p6 + q6 + r6 + s6 + t6 + u6 + v6 + w6 + x6 + y6 + z6;
            a6 = a7 + b7 + c7 + d7 + e7 + f7 + g7 + h7 + i7 + j7 + k7 + l7 + m7;
            n6 = n7 + o7 + p7 + q7 + r7 + s7 + t7 + u7 + v7 + w7 + x7 + y7 + z7;
            a7 = a0 + b0 + c0 + d0 + e0 + f0 + g0 + h0 + i0 + j0 + k0 + l0 + m0;
            n7 = n0 + o0 + p0 + q0 + r0 + s0 + t0 + u0 + v0 + w0 + x0 + y0 + z0;
        }
    }
}
