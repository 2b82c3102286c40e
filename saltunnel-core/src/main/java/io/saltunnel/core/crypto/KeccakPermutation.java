package io.saltunnel.core.crypto;

import java.nio.LongBuffer;

/**
 * The permutation Keccak-f[1600] (FIPS 202, section 3.3), on 25 words of 64 bits; word {@code x + 5y} is lane (x, y).
 * Its operations are the same for every input, so that its time and its memory accesses don't depend on secrets.
 */
final class KeccakPermutation {

    /** Words in a state. */
    static final int WORDS = 25;

    private static final int ROUNDS = 24;
    private static final long[] ROUND_CONSTANTS = roundConstants();

    private KeccakPermutation() {}

    /** Runs the shift register of FIPS 202, algorithms 5 and 6. Its j-th bit of a round is bit 2^j - 1. */
    private static long[] roundConstants() {
        long[] constants = new long[ROUNDS];
        int register = 1;
        for (int round = 0; round < ROUNDS; round++) {
            for (int j = 0; j <= 6; j++) {
                constants[round] |= (register & 1L) << ((1 << j) - 1);
                register = (register << 1) ^ ((register >>> 7) * 0x171);
            }
        }
        return constants;
    }

    /**
     * Permutes a state in place. A round's five steps are merged, so that all words stay in local variables.
     *
     * @param words the state, at indexes 0 to 24. As they are constants, the compiler omits most checks of bounds
     */
    static void permute(LongBuffer words) {
        long a0 = words.get(0);
        long a1 = words.get(1);
        long a2 = words.get(2);
        long a3 = words.get(3);
        long a4 = words.get(4);
        long a5 = words.get(5);
        long a6 = words.get(6);
        long a7 = words.get(7);
        long a8 = words.get(8);
        long a9 = words.get(9);
        long a10 = words.get(10);
        long a11 = words.get(11);
        long a12 = words.get(12);
        long a13 = words.get(13);
        long a14 = words.get(14);
        long a15 = words.get(15);
        long a16 = words.get(16);
        long a17 = words.get(17);
        long a18 = words.get(18);
        long a19 = words.get(19);
        long a20 = words.get(20);
        long a21 = words.get(21);
        long a22 = words.get(22);
        long a23 = words.get(23);
        long a24 = words.get(24);
        for (long roundConstant : ROUND_CONSTANTS) {
            long c0 = a0 ^ a5 ^ a10 ^ a15 ^ a20;
            long c1 = a1 ^ a6 ^ a11 ^ a16 ^ a21;
            long c2 = a2 ^ a7 ^ a12 ^ a17 ^ a22;
            long c3 = a3 ^ a8 ^ a13 ^ a18 ^ a23;
            long c4 = a4 ^ a9 ^ a14 ^ a19 ^ a24;
            long d0 = c4 ^ Long.rotateLeft(c1, 1);
            long d1 = c0 ^ Long.rotateLeft(c2, 1);
            long d2 = c1 ^ Long.rotateLeft(c3, 1);
            long d3 = c2 ^ Long.rotateLeft(c4, 1);
            long d4 = c3 ^ Long.rotateLeft(c0, 1);
            long b0 = a0 ^ d0;
            long b1 = Long.rotateLeft(a6 ^ d1, 44);
            long b2 = Long.rotateLeft(a12 ^ d2, 43);
            long b3 = Long.rotateLeft(a18 ^ d3, 21);
            long b4 = Long.rotateLeft(a24 ^ d4, 14);
            long b5 = Long.rotateLeft(a3 ^ d3, 28);
            long b6 = Long.rotateLeft(a9 ^ d4, 20);
            long b7 = Long.rotateLeft(a10 ^ d0, 3);
            long b8 = Long.rotateLeft(a16 ^ d1, 45);
            long b9 = Long.rotateLeft(a22 ^ d2, 61);
            long b10 = Long.rotateLeft(a1 ^ d1, 1);
            long b11 = Long.rotateLeft(a7 ^ d2, 6);
            long b12 = Long.rotateLeft(a13 ^ d3, 25);
            long b13 = Long.rotateLeft(a19 ^ d4, 8);
            long b14 = Long.rotateLeft(a20 ^ d0, 18);
            long b15 = Long.rotateLeft(a4 ^ d4, 27);
            long b16 = Long.rotateLeft(a5 ^ d0, 36);
            long b17 = Long.rotateLeft(a11 ^ d1, 10);
            long b18 = Long.rotateLeft(a17 ^ d2, 15);
            long b19 = Long.rotateLeft(a23 ^ d3, 56);
            long b20 = Long.rotateLeft(a2 ^ d2, 62);
            long b21 = Long.rotateLeft(a8 ^ d3, 55);
            long b22 = Long.rotateLeft(a14 ^ d4, 39);
            long b23 = Long.rotateLeft(a15 ^ d0, 41);
            long b24 = Long.rotateLeft(a21 ^ d1, 2);
            a0 = b0 ^ (~b1 & b2) ^ roundConstant;
            a1 = b1 ^ (~b2 & b3);
            a2 = b2 ^ (~b3 & b4);
            a3 = b3 ^ (~b4 & b0);
            a4 = b4 ^ (~b0 & b1);
            a5 = b5 ^ (~b6 & b7);
            a6 = b6 ^ (~b7 & b8);
            a7 = b7 ^ (~b8 & b9);
            a8 = b8 ^ (~b9 & b5);
            a9 = b9 ^ (~b5 & b6);
            a10 = b10 ^ (~b11 & b12);
            a11 = b11 ^ (~b12 & b13);
            a12 = b12 ^ (~b13 & b14);
            a13 = b13 ^ (~b14 & b10);
            a14 = b14 ^ (~b10 & b11);
            a15 = b15 ^ (~b16 & b17);
            a16 = b16 ^ (~b17 & b18);
            a17 = b17 ^ (~b18 & b19);
            a18 = b18 ^ (~b19 & b15);
            a19 = b19 ^ (~b15 & b16);
            a20 = b20 ^ (~b21 & b22);
            a21 = b21 ^ (~b22 & b23);
            a22 = b22 ^ (~b23 & b24);
            a23 = b23 ^ (~b24 & b20);
            a24 = b24 ^ (~b20 & b21);
        }
        words.put(0, a0);
        words.put(1, a1);
        words.put(2, a2);
        words.put(3, a3);
        words.put(4, a4);
        words.put(5, a5);
        words.put(6, a6);
        words.put(7, a7);
        words.put(8, a8);
        words.put(9, a9);
        words.put(10, a10);
        words.put(11, a11);
        words.put(12, a12);
        words.put(13, a13);
        words.put(14, a14);
        words.put(15, a15);
        words.put(16, a16);
        words.put(17, a17);
        words.put(18, a18);
        words.put(19, a19);
        words.put(20, a20);
        words.put(21, a21);
        words.put(22, a22);
        words.put(23, a23);
        words.put(24, a24);
    }
}
