package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.LittleEndian.getInt;
import static io.saltunnel.core.crypto.LittleEndian.putInt;

import io.saltunnel.core.secret.Wiping;
import java.nio.ByteBuffer;

/**
 * Salsa20 with 20 rounds and a key of 32 bytes, and HSalsa20, after D. J. Bernstein, <i>The Salsa20 family of stream
 * ciphers</i> and <i>Extending the Salsa20 nonce</i>.
 *
 * <p>The 16 words of a block, in rows:
 *
 * <pre>
 *   x0  constant    x1  key 0       x2  key 1       x3  key 2
 *   x4  key 3       x5  constant    x6  nonce low   x7  nonce high
 *   x8  block low   x9  block high  x10 constant    x11 key 4
 *   x12 key 5       x13 key 6       x14 key 7       x15 constant
 * </pre>
 *
 * <p>Any thread; the whole state lives in local variables.
 */
public final class Salsa20 {

    /** Bytes in a key: {@value}. */
    public static final int KEY_SIZE = 32;

    /** Bytes in a block of keystream: {@value}. */
    public static final int BLOCK_SIZE = 64;

    /** Bytes in the input of HSalsa20: {@value}. */
    public static final int HSALSA20_INPUT_SIZE = 16;

    /** "expand 32-byte k", the constants of a 32-byte key. */
    static final int SIGMA0 = 0x61707865;

    static final int SIGMA1 = 0x3320646e;
    static final int SIGMA2 = 0x79622d32;
    static final int SIGMA3 = 0x6b206574;

    private static final int DOUBLE_ROUNDS = 10;

    private Salsa20() {}

    /**
     * Derives a key from a key and 16 bytes of a nonce.
     *
     * @param key holds the 32 bytes of the key
     * @param keyOffset where the key starts
     * @param input holds 16 bytes, usually the first of a 24-byte nonce
     * @param inputOffset where the input starts
     * @param output takes the 32 bytes of the derived key, a secret that the caller wipes
     * @param outputOffset where the output starts; the output may overlap key and input
     * @throws IndexOutOfBoundsException if a range leaves its buffer
     */
    public static void hsalsa20(
            ByteBuffer key, int keyOffset, ByteBuffer input, int inputOffset, ByteBuffer output, int outputOffset) {
        LittleEndian.check(key, keyOffset, KEY_SIZE);
        LittleEndian.check(input, inputOffset, HSALSA20_INPUT_SIZE);
        LittleEndian.check(output, outputOffset, KEY_SIZE);
        long nonce = LittleEndian.getLong(input, inputOffset);
        long block = LittleEndian.getLong(input, inputOffset + 8);
        core(key, keyOffset, nonce, block, output, outputOffset, false);
    }

    /**
     * Writes keystream.
     *
     * @param key holds the 32 bytes of the key
     * @param keyOffset where the key starts
     * @param nonce the 8-byte nonce, read as a little-endian integer
     * @param firstBlock the number of the 64-byte block from whose first byte the keystream starts; unsigned
     * @param output takes the keystream, a secret; must not overlap the key
     * @param outputOffset where the output starts
     * @param length how many bytes to write, from 0; need not be a multiple of 64
     * @throws IndexOutOfBoundsException if a range leaves its buffer
     */
    public static void keystream(
            ByteBuffer key,
            int keyOffset,
            long nonce,
            long firstBlock,
            ByteBuffer output,
            int outputOffset,
            int length) {
        LittleEndian.check(key, keyOffset, KEY_SIZE);
        LittleEndian.check(output, outputOffset, length);
        int whole = length / BLOCK_SIZE;
        for (int i = 0; i < whole; i++) {
            block(key, keyOffset, nonce, firstBlock + i, output, outputOffset + i * BLOCK_SIZE);
        }
        int rest = length % BLOCK_SIZE;
        if (rest > 0) {
            ByteBuffer last = ByteBuffer.allocateDirect(BLOCK_SIZE);
            block(key, keyOffset, nonce, firstBlock + whole, last, 0);
            output.put(outputOffset + whole * BLOCK_SIZE, last, 0, rest);
            Wiping.wipe(last, 0, BLOCK_SIZE);
        }
    }

    private static void block(ByteBuffer key, int keyOffset, long nonce, long block, ByteBuffer output, int at) {
        core(key, keyOffset, nonce, block, output, at, true);
        feedForward(key, keyOffset, nonce, block, output, at);
    }

    /**
     * The 20 rounds. Writes the 64 bytes that {@link #feedForward} turns into a keystream block, or the 32 bytes of
     * HSalsa20's output, which may overlap the input.
     *
     * <p>Each word of the key is read where the first round mixes it. In variables, the words would be spilled to the
     * stack during the rounds, often side by side, and stay there until something overwrites them.
     *
     * <p>This method must not grow: HotSpot's C1 compiler gives up on a method that is too large, and C2 then rarely
     * compiles it. Accesses to buffers count most towards the size.
     */
    private static void core(
            ByteBuffer key, int keyOffset, long nonce, long block, ByteBuffer output, int at, boolean feedForward) {
        int x0 = SIGMA0;
        int x4 = getInt(key, keyOffset + 12);
        int x8 = (int) block;
        int x12 = getInt(key, keyOffset + 20);
        x4 ^= Integer.rotateLeft(x0 + x12, 7);
        x8 ^= Integer.rotateLeft(x4 + x0, 9);
        x12 ^= Integer.rotateLeft(x8 + x4, 13);
        x0 ^= Integer.rotateLeft(x12 + x8, 18);
        int x1 = getInt(key, keyOffset);
        int x5 = SIGMA1;
        int x9 = (int) (block >>> 32);
        int x13 = getInt(key, keyOffset + 24);
        x9 ^= Integer.rotateLeft(x5 + x1, 7);
        x13 ^= Integer.rotateLeft(x9 + x5, 9);
        x1 ^= Integer.rotateLeft(x13 + x9, 13);
        x5 ^= Integer.rotateLeft(x1 + x13, 18);
        int x2 = getInt(key, keyOffset + 4);
        int x6 = (int) nonce;
        int x10 = SIGMA2;
        int x14 = getInt(key, keyOffset + 28);
        x14 ^= Integer.rotateLeft(x10 + x6, 7);
        x2 ^= Integer.rotateLeft(x14 + x10, 9);
        x6 ^= Integer.rotateLeft(x2 + x14, 13);
        x10 ^= Integer.rotateLeft(x6 + x2, 18);
        int x3 = getInt(key, keyOffset + 8);
        int x7 = (int) (nonce >>> 32);
        int x11 = getInt(key, keyOffset + 16);
        int x15 = SIGMA3;
        x3 ^= Integer.rotateLeft(x15 + x11, 7);
        x7 ^= Integer.rotateLeft(x3 + x15, 9);
        x11 ^= Integer.rotateLeft(x7 + x3, 13);
        x15 ^= Integer.rotateLeft(x11 + x7, 18);
        for (int i = 1; i < DOUBLE_ROUNDS; i++) {
            x1 ^= Integer.rotateLeft(x0 + x3, 7);
            x2 ^= Integer.rotateLeft(x1 + x0, 9);
            x3 ^= Integer.rotateLeft(x2 + x1, 13);
            x0 ^= Integer.rotateLeft(x3 + x2, 18);
            x6 ^= Integer.rotateLeft(x5 + x4, 7);
            x7 ^= Integer.rotateLeft(x6 + x5, 9);
            x4 ^= Integer.rotateLeft(x7 + x6, 13);
            x5 ^= Integer.rotateLeft(x4 + x7, 18);
            x11 ^= Integer.rotateLeft(x10 + x9, 7);
            x8 ^= Integer.rotateLeft(x11 + x10, 9);
            x9 ^= Integer.rotateLeft(x8 + x11, 13);
            x10 ^= Integer.rotateLeft(x9 + x8, 18);
            x12 ^= Integer.rotateLeft(x15 + x14, 7);
            x13 ^= Integer.rotateLeft(x12 + x15, 9);
            x14 ^= Integer.rotateLeft(x13 + x12, 13);
            x15 ^= Integer.rotateLeft(x14 + x13, 18);
            x4 ^= Integer.rotateLeft(x0 + x12, 7);
            x8 ^= Integer.rotateLeft(x4 + x0, 9);
            x12 ^= Integer.rotateLeft(x8 + x4, 13);
            x0 ^= Integer.rotateLeft(x12 + x8, 18);
            x9 ^= Integer.rotateLeft(x5 + x1, 7);
            x13 ^= Integer.rotateLeft(x9 + x5, 9);
            x1 ^= Integer.rotateLeft(x13 + x9, 13);
            x5 ^= Integer.rotateLeft(x1 + x13, 18);
            x14 ^= Integer.rotateLeft(x10 + x6, 7);
            x2 ^= Integer.rotateLeft(x14 + x10, 9);
            x6 ^= Integer.rotateLeft(x2 + x14, 13);
            x10 ^= Integer.rotateLeft(x6 + x2, 18);
            x3 ^= Integer.rotateLeft(x15 + x11, 7);
            x7 ^= Integer.rotateLeft(x3 + x15, 9);
            x11 ^= Integer.rotateLeft(x7 + x3, 13);
            x15 ^= Integer.rotateLeft(x11 + x7, 18);
        }
        x1 ^= Integer.rotateLeft(x0 + x3, 7);
        x2 ^= Integer.rotateLeft(x1 + x0, 9);
        x3 ^= Integer.rotateLeft(x2 + x1, 13);
        x0 ^= Integer.rotateLeft(x3 + x2, 18);
        x6 ^= Integer.rotateLeft(x5 + x4, 7);
        x7 ^= Integer.rotateLeft(x6 + x5, 9);
        x4 ^= Integer.rotateLeft(x7 + x6, 13);
        x5 ^= Integer.rotateLeft(x4 + x7, 18);
        x11 ^= Integer.rotateLeft(x10 + x9, 7);
        x8 ^= Integer.rotateLeft(x11 + x10, 9);
        x9 ^= Integer.rotateLeft(x8 + x11, 13);
        x10 ^= Integer.rotateLeft(x9 + x8, 18);
        x12 ^= Integer.rotateLeft(x15 + x14, 7);
        x13 ^= Integer.rotateLeft(x12 + x15, 9);
        x14 ^= Integer.rotateLeft(x13 + x12, 13);
        x15 ^= Integer.rotateLeft(x14 + x13, 18);
        // HSalsa20's output is only these eight.
        putInt(output, at, x0);
        putInt(output, at + (feedForward ? 20 : 4), x5);
        putInt(output, at + (feedForward ? 40 : 8), x10);
        putInt(output, at + (feedForward ? 60 : 12), x15);
        putInt(output, at + (feedForward ? 24 : 16), x6);
        putInt(output, at + (feedForward ? 28 : 20), x7);
        putInt(output, at + (feedForward ? 32 : 24), x8);
        putInt(output, at + (feedForward ? 36 : 28), x9);
        if (feedForward) {
            putInt(output, at + 4, x1);
            putInt(output, at + 8, x2);
            putInt(output, at + 12, x3);
            putInt(output, at + 16, x4);
            putInt(output, at + 44, x11);
            putInt(output, at + 48, x12);
            putInt(output, at + 52, x13);
            putInt(output, at + 56, x14);
        }
    }

    /** Adds the input of the rounds to the words that {@link #core} has written. */
    private static void feedForward(ByteBuffer key, int keyOffset, long nonce, long block, ByteBuffer output, int at) {
        add(output, at, SIGMA0);
        add(output, at + 20, SIGMA1);
        add(output, at + 24, (int) nonce);
        add(output, at + 28, (int) (nonce >>> 32));
        add(output, at + 32, (int) block);
        add(output, at + 36, (int) (block >>> 32));
        add(output, at + 40, SIGMA2);
        add(output, at + 60, SIGMA3);
        for (int i = 0; i < KEY_SIZE / 2; i += Integer.BYTES) {
            add(output, at + 4 + i, getInt(key, keyOffset + i));
            add(output, at + 44 + i, getInt(key, keyOffset + KEY_SIZE / 2 + i));
        }
    }

    private static void add(ByteBuffer output, int at, int word) {
        putInt(output, at, getInt(output, at) + word);
    }
}
