package io.saltunnel.core.key;

import io.saltunnel.core.secret.SecretBytes;
import io.saltunnel.core.secret.SecretMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * SHA-256 (FIPS 180-4) of one key. The JDK's implementation would copy the key, and words computed from it, into heap
 * arrays that can't be wiped reliably. 32 bytes are a single block, so the whole function is short.
 */
final class KeyChecksum {

    private static final int ROUNDS = 64;
    private static final int BLOCK_WORDS = 16;
    private static final int KEY_WORDS = LongTermKey.BYTES / Integer.BYTES;

    private static final int[] INITIAL_STATE = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
    };

    private static final int[] ROUND_CONSTANTS = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
    };

    private KeyChecksum() {}

    /** Returns the SHA-256 of the 32 bytes from index 0, in lower-case hexadecimal. */
    static String of(ByteBuffer key, SecretMemory memory) {
        try (SecretBytes schedule = memory.allocate(ROUNDS * Integer.BYTES)) {
            ByteBuffer words = schedule.buffer();
            expand(key, words);
            return HexFormat.of().formatHex(compress(words));
        }
    }

    private static void expand(ByteBuffer key, ByteBuffer words) {
        ByteBuffer bigEndian = key.duplicate().order(ByteOrder.BIG_ENDIAN);
        for (int t = 0; t < KEY_WORDS; t++) {
            putWord(words, t, bigEndian.getInt(t * Integer.BYTES));
        }
        // The padding: one bit, zeros, and the length in bits.
        putWord(words, KEY_WORDS, 0x80000000);
        putWord(words, BLOCK_WORDS - 1, LongTermKey.BYTES * Byte.SIZE);
        for (int t = BLOCK_WORDS; t < ROUNDS; t++) {
            int w2 = word(words, t - 2);
            int w15 = word(words, t - 15);
            int sigma1 = Integer.rotateRight(w2, 17) ^ Integer.rotateRight(w2, 19) ^ (w2 >>> 10);
            int sigma0 = Integer.rotateRight(w15, 7) ^ Integer.rotateRight(w15, 18) ^ (w15 >>> 3);
            putWord(words, t, sigma1 + word(words, t - 7) + sigma0 + word(words, t - 16));
        }
    }

    private static byte[] compress(ByteBuffer words) {
        int a = INITIAL_STATE[0];
        int b = INITIAL_STATE[1];
        int c = INITIAL_STATE[2];
        int d = INITIAL_STATE[3];
        int e = INITIAL_STATE[4];
        int f = INITIAL_STATE[5];
        int g = INITIAL_STATE[6];
        int h = INITIAL_STATE[7];
        for (int t = 0; t < ROUNDS; t++) {
            int sum1 = Integer.rotateRight(e, 6) ^ Integer.rotateRight(e, 11) ^ Integer.rotateRight(e, 25);
            int choice = (e & f) ^ (~e & g);
            int t1 = h + sum1 + choice + ROUND_CONSTANTS[t] + word(words, t);
            int sum0 = Integer.rotateRight(a, 2) ^ Integer.rotateRight(a, 13) ^ Integer.rotateRight(a, 22);
            int majority = (a & b) ^ (a & c) ^ (b & c);
            h = g;
            g = f;
            f = e;
            e = d + t1;
            d = c;
            c = b;
            b = a;
            a = t1 + sum0 + majority;
        }
        ByteBuffer digest = ByteBuffer.allocate(LongTermKey.BYTES);
        digest.putInt(INITIAL_STATE[0] + a)
                .putInt(INITIAL_STATE[1] + b)
                .putInt(INITIAL_STATE[2] + c)
                .putInt(INITIAL_STATE[3] + d);
        digest.putInt(INITIAL_STATE[4] + e)
                .putInt(INITIAL_STATE[5] + f)
                .putInt(INITIAL_STATE[6] + g)
                .putInt(INITIAL_STATE[7] + h);
        return digest.array();
    }

    private static int word(ByteBuffer words, int index) {
        return words.getInt(index * Integer.BYTES);
    }

    private static void putWord(ByteBuffer words, int index, int value) {
        words.putInt(index * Integer.BYTES, value);
    }
}
