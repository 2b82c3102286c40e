package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.LittleEndian.getLong;
import static io.saltunnel.core.crypto.LittleEndian.putLong;

import io.saltunnel.core.secret.LockedRegion;
import io.saltunnel.core.secret.Wiping;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/**
 * NaCl's secretbox: XSalsa20 and Poly1305 with a nonce of 24 bytes, or Salsa20 with one of 8 bytes.
 *
 * <p>A box is the 16-byte tag of the ciphertext, then the ciphertext, as long as the message. It is sealed and opened
 * in place: the message lies 16 bytes after the start of the box.
 *
 * <p>An instance is scratch space for derived keys and keystream, locked in memory. One thread at a time may use it,
 * any number of times. Every method wipes it before it returns.
 */
public final class SecretBox implements AutoCloseable {

    /** Bytes of tag before the ciphertext: {@value}. */
    public static final int TAG_SIZE = Poly1305.TAG_SIZE;

    /** Bytes in a nonce: {@value}. */
    public static final int NONCE24_SIZE = 24;

    /** The place of no key: {@value}. */
    public static final int NO_KEY = -1;

    // Scratch: the key that HSalsa20 derives, that of the key which fits, a computed tag, one block of keystream.
    private static final int SUBKEY = 0;
    private static final int FITTING_SUBKEY = 32;
    private static final int COMPUTED_TAG = 64;
    private static final int BLOCK = 80;
    private static final int SCRATCH_SIZE = BLOCK + Salsa20.BLOCK_SIZE;

    /** The first half of block 0 keys Poly1305. */
    private static final int POLY_KEY_SIZE = Poly1305.KEY_SIZE;

    private final LockedRegion region = LockedRegion.map(SCRATCH_SIZE);
    final ByteBuffer scratch = region.buffer().slice(0, SCRATCH_SIZE);

    /**
     * Allocates the scratch space, one page of locked memory. The caller owns the box and closes it.
     *
     * @throws io.saltunnel.core.secret.MemoryLockException if it must be locked and can't be
     */
    public SecretBox() {}

    /**
     * Seals a message under a 24-byte nonce. Such a nonce may be drawn at random.
     *
     * @param key holds the 32 bytes of the key
     * @param keyOffset where the key starts
     * @param nonce24 holds the 24 bytes of the nonce; a key must never seal two messages under one nonce
     * @param nonceOffset where the nonce starts
     * @param box 16 bytes that take the tag, then the message, which the ciphertext replaces
     * @param boxOffset where the box starts
     * @param messageLength bytes in the message, from 0
     * @throws IndexOutOfBoundsException if a range leaves its buffer
     */
    public void seal24(
            ByteBuffer key,
            int keyOffset,
            ByteBuffer nonce24,
            int nonceOffset,
            ByteBuffer box,
            int boxOffset,
            int messageLength) {
        check(key, keyOffset, box, boxOffset, messageLength);
        LittleEndian.check(nonce24, nonceOffset, NONCE24_SIZE);
        try {
            Salsa20.hsalsa20(key, keyOffset, nonce24, nonceOffset, scratch, SUBKEY);
            seal(scratch, SUBKEY, getLong(nonce24, nonceOffset + 16), box, boxOffset, messageLength);
        } finally {
            wipe();
        }
    }

    /**
     * Opens a box under a 24-byte nonce.
     *
     * @param key holds the 32 bytes of the key
     * @param keyOffset where the key starts
     * @param nonce24 holds the 24 bytes of the nonce
     * @param nonceOffset where the nonce starts
     * @param box the tag and the ciphertext, which the message replaces
     * @param boxOffset where the box starts
     * @param messageLength bytes in the message, from 0
     * @return whether the tag was right; if not, the box is left as it was
     * @throws IndexOutOfBoundsException if a range leaves its buffer
     */
    public boolean open24(
            ByteBuffer key,
            int keyOffset,
            ByteBuffer nonce24,
            int nonceOffset,
            ByteBuffer box,
            int boxOffset,
            int messageLength) {
        check(key, keyOffset, box, boxOffset, messageLength);
        LittleEndian.check(nonce24, nonceOffset, NONCE24_SIZE);
        try {
            Salsa20.hsalsa20(key, keyOffset, nonce24, nonceOffset, scratch, SUBKEY);
            return open(scratch, SUBKEY, getLong(nonce24, nonceOffset + 16), box, boxOffset, messageLength);
        } finally {
            wipe();
        }
    }

    /**
     * Opens a box under the one of several keys that fits. The tag is computed under each of them, whichever fits, and
     * the box is decrypted once: neither the time nor the memory that is touched shows the place of the key. That one
     * fits shows, as it does in {@link #open24}.
     *
     * @param keys gives the 32 bytes of the key at each place, from the start of the buffer
     * @param count how many there are, 1 or more
     * @param nonce24 holds the 24 bytes of the nonce
     * @param nonceOffset where the nonce starts
     * @param box the tag and the ciphertext, which the message replaces
     * @param boxOffset where the box starts
     * @param messageLength bytes in the message, from 0
     * @return the place of the key, from 0; {@link #NO_KEY} if none fits, and the box is left as it was
     * @throws IndexOutOfBoundsException if a range leaves its buffer
     */
    public int openAny24(
            IntFunction<ByteBuffer> keys,
            int count,
            ByteBuffer nonce24,
            int nonceOffset,
            ByteBuffer box,
            int boxOffset,
            int messageLength) {
        check(box, boxOffset, messageLength);
        LittleEndian.check(nonce24, nonceOffset, NONCE24_SIZE);
        long nonce = getLong(nonce24, nonceOffset + 16);
        try {
            int fitting = NO_KEY;
            for (int i = 0; i < count; i++) {
                ByteBuffer key = keys.apply(i);
                LittleEndian.check(key, 0, Salsa20.KEY_SIZE);
                Salsa20.hsalsa20(key, 0, nonce24, nonceOffset, scratch, SUBKEY);
                long mask = maskIfZero(tagDifference(scratch, SUBKEY, nonce, box, boxOffset, messageLength));
                selectSubkey(mask);
                fitting = fitting & (int) ~mask | i & (int) mask;
            }
            if (fitting == NO_KEY) {
                return NO_KEY;
            }
            Salsa20.keystream(scratch, FITTING_SUBKEY, nonce, 0, scratch, BLOCK, Salsa20.BLOCK_SIZE);
            decrypt(scratch, FITTING_SUBKEY, nonce, box, boxOffset + TAG_SIZE, messageLength);
            return fitting;
        } finally {
            wipe();
        }
    }

    /** All ones if the value is zero, otherwise zero; without a branch. */
    private static long maskIfZero(long value) {
        return ~((value | -value) >> (Long.SIZE - 1));
    }

    /** Takes the subkey for that which fits where the mask is all ones; does the same work where it is zero. */
    private void selectSubkey(long mask) {
        for (int at = 0; at < Salsa20.KEY_SIZE; at += Long.BYTES) {
            long kept = getLong(scratch, FITTING_SUBKEY + at);
            putLong(scratch, FITTING_SUBKEY + at, kept ^ mask & (kept ^ getLong(scratch, SUBKEY + at)));
        }
    }

    /**
     * Seals a message under an 8-byte nonce, that is, without XSalsa20's derived key.
     *
     * @param key holds the 32 bytes of the key
     * @param keyOffset where the key starts
     * @param nonce8 the nonce, whose bytes are little-endian; a key must never seal two messages under one nonce
     * @param box 16 bytes that take the tag, then the message, which the ciphertext replaces
     * @param boxOffset where the box starts
     * @param messageLength bytes in the message, from 0
     * @throws IndexOutOfBoundsException if a range leaves its buffer
     */
    public void seal8(ByteBuffer key, int keyOffset, long nonce8, ByteBuffer box, int boxOffset, int messageLength) {
        check(key, keyOffset, box, boxOffset, messageLength);
        try {
            seal(key, keyOffset, nonce8, box, boxOffset, messageLength);
        } finally {
            wipe();
        }
    }

    /**
     * Opens a box under an 8-byte nonce.
     *
     * @param key holds the 32 bytes of the key
     * @param keyOffset where the key starts
     * @param nonce8 the nonce, whose bytes are little-endian
     * @param box the tag and the ciphertext, which the message replaces
     * @param boxOffset where the box starts
     * @param messageLength bytes in the message, from 0
     * @return whether the tag was right; if not, the box is left as it was
     * @throws IndexOutOfBoundsException if a range leaves its buffer
     */
    public boolean open8(ByteBuffer key, int keyOffset, long nonce8, ByteBuffer box, int boxOffset, int messageLength) {
        check(key, keyOffset, box, boxOffset, messageLength);
        try {
            return open(key, keyOffset, nonce8, box, boxOffset, messageLength);
        } finally {
            wipe();
        }
    }

    /** Wipes and releases the scratch space; the box must not be used afterwards. */
    @Override
    public void close() {
        region.close();
    }

    private static void check(ByteBuffer key, int keyOffset, ByteBuffer box, int boxOffset, int messageLength) {
        LittleEndian.check(key, keyOffset, Salsa20.KEY_SIZE);
        check(box, boxOffset, messageLength);
    }

    private static void check(ByteBuffer box, int boxOffset, int messageLength) {
        LittleEndian.check(box, boxOffset, TAG_SIZE);
        LittleEndian.check(box, boxOffset + TAG_SIZE, messageLength);
    }

    private void seal(ByteBuffer key, int keyOffset, long nonce, ByteBuffer box, int boxOffset, int length) {
        int message = boxOffset + TAG_SIZE;
        xorFromBlock1(key, keyOffset, nonce, box, message, length);
        Salsa20.keystream(key, keyOffset, nonce, 0, scratch, BLOCK, Salsa20.BLOCK_SIZE);
        xor(POLY_KEY_SIZE, box, message, Math.min(length, Salsa20.BLOCK_SIZE - POLY_KEY_SIZE));
        Poly1305.tag(scratch, BLOCK, box, message, length, box, boxOffset);
    }

    private boolean open(ByteBuffer key, int keyOffset, long nonce, ByteBuffer box, int boxOffset, int length) {
        if (tagDifference(key, keyOffset, nonce, box, boxOffset, length) != 0) {
            return false;
        }
        decrypt(key, keyOffset, nonce, box, boxOffset + TAG_SIZE, length);
        return true;
    }

    /** Leaves block 0 of the keystream in scratch. Zero if the tag is right. */
    private long tagDifference(ByteBuffer key, int keyOffset, long nonce, ByteBuffer box, int boxOffset, int length) {
        Salsa20.keystream(key, keyOffset, nonce, 0, scratch, BLOCK, Salsa20.BLOCK_SIZE);
        Poly1305.tag(scratch, BLOCK, box, boxOffset + TAG_SIZE, length, scratch, COMPUTED_TAG);
        return getLong(scratch, COMPUTED_TAG) ^ getLong(box, boxOffset)
                | getLong(scratch, COMPUTED_TAG + 8) ^ getLong(box, boxOffset + 8);
    }

    /** Decrypts what is verified. Block 0 of the keystream is in scratch. */
    private void decrypt(ByteBuffer key, int keyOffset, long nonce, ByteBuffer box, int message, int length) {
        xor(POLY_KEY_SIZE, box, message, Math.min(length, Salsa20.BLOCK_SIZE - POLY_KEY_SIZE));
        xorFromBlock1(key, keyOffset, nonce, box, message, length);
    }

    /** XORs what lies beyond block 0, that is, the message from its byte 32. */
    private void xorFromBlock1(ByteBuffer key, int keyOffset, long nonce, ByteBuffer box, int message, int length) {
        long block = 1;
        for (int at = Salsa20.BLOCK_SIZE - POLY_KEY_SIZE; at < length; at += Salsa20.BLOCK_SIZE) {
            Salsa20.keystream(key, keyOffset, nonce, block++, scratch, BLOCK, Salsa20.BLOCK_SIZE);
            xor(0, box, message + at, Math.min(length - at, Salsa20.BLOCK_SIZE));
        }
    }

    /** XORs keystream from byte {@code from} of the block in scratch. */
    private void xor(int from, ByteBuffer target, int at, int length) {
        int i = 0;
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
            putLong(target, at + i, getLong(target, at + i) ^ getLong(scratch, BLOCK + from + i));
        }
        for (; i < length; i++) {
            target.put(at + i, (byte) (target.get(at + i) ^ scratch.get(BLOCK + from + i)));
        }
    }

    private void wipe() {
        Wiping.wipe(scratch, 0, SCRATCH_SIZE);
    }
}
