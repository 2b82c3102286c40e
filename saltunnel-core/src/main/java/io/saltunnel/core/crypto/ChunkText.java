package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.LittleEndian.getLong;
import static io.saltunnel.core.crypto.LittleEndian.getPartialLong;
import static io.saltunnel.core.crypto.LittleEndian.putInt;
import static io.saltunnel.core.crypto.LittleEndian.putLong;
import static io.saltunnel.core.crypto.LittleEndian.putPartialLong;
import static io.saltunnel.core.crypto.LittleEndian.putShort;

import java.nio.ByteBuffer;

/**
 * XORs one chunk's text from where it is to where it goes, without a copy in between. The text is 62 words:
 *
 * <pre>
 *   word 0                     word 1         …  word 61
 *   | length 2 | data 0..5 |   data 6..13     …  data 486..493
 * </pre>
 *
 * <p>The full chunk's loops work on slices of known size, in which the compiler needs no bounds checks. Callers have checked the ranges.
 */
final class ChunkText {

    private static final int LENGTH_SIZE = 2;
    private static final int MAX_DATA = ChunkCipher.MAX_DATA;
    private static final int TEXT_SIZE = LENGTH_SIZE + MAX_DATA;

    /** Data bytes in the first word, after the length. */
    private static final int HEAD = Long.BYTES - LENGTH_SIZE;

    /** Where the text's keystream starts, after the key of Poly1305. */
    private static final int TEXT_KEYSTREAM = Poly1305.KEY_SIZE;

    private ChunkText() {}

    /**
     * Encrypts the length, the data and zeros.
     *
     * @param keystream the chunk's keystream, from byte {@code key}
     * @param length bytes of data, from 0 to 494
     * @param text where the text goes: 496 bytes, apart from the data
     */
    static void encrypt(
            ByteBuffer keystream, int key, ByteBuffer data, int from, int length, ByteBuffer frames, int text) {
        ByteBuffer k = keystream.slice(key + TEXT_KEYSTREAM, TEXT_SIZE);
        ByteBuffer target = frames.slice(text, TEXT_SIZE);
        if (length == MAX_DATA) {
            ByteBuffer source = data.slice(from, MAX_DATA);
            putLong(target, 0, (getLong(source, 0) << 16 | MAX_DATA) ^ getLong(k, 0));
            for (int i = Long.BYTES; i < TEXT_SIZE; i += Long.BYTES) {
                putLong(target, i, getLong(source, i - LENGTH_SIZE) ^ getLong(k, i));
            }
            return;
        }
        long head = getPartialLong(data, from, Math.min(length, HEAD)) << 16 | length;
        putLong(target, 0, head ^ getLong(k, 0));
        int at = HEAD;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            putLong(target, at + LENGTH_SIZE, getLong(data, from + at) ^ getLong(k, at + LENGTH_SIZE));
        }
        if (at < length) {
            long tail = getPartialLong(data, from + at, length - at);
            putLong(target, at + LENGTH_SIZE, tail ^ getLong(k, at + LENGTH_SIZE));
            at += Long.BYTES;
        }
        for (; at < MAX_DATA; at += Long.BYTES) {
            putLong(target, at + LENGTH_SIZE, getLong(k, at + LENGTH_SIZE));
        }
    }

    /** The length field of an encrypted text: any unsigned 16-bit number. */
    static int length(ByteBuffer keystream, int key, ByteBuffer frames, int text) {
        return (int) (getLong(frames, text) ^ getLong(keystream, key + TEXT_KEYSTREAM)) & 0xffff;
    }

    /**
     * Decrypts the data.
     *
     * @param length bytes of data, from 0 to 494: no more are written
     * @param to where the data goes; may overlap the text if it starts no later
     */
    static void decrypt(
            ByteBuffer keystream, int key, ByteBuffer frames, int text, int length, ByteBuffer data, int to) {
        ByteBuffer k = keystream.slice(key + TEXT_KEYSTREAM, TEXT_SIZE);
        ByteBuffer source = frames.slice(text, TEXT_SIZE);
        long head = (getLong(source, 0) ^ getLong(k, 0)) >>> 16;
        if (length == MAX_DATA) {
            ByteBuffer target = data.slice(to, MAX_DATA);
            putInt(target, 0, (int) head);
            putShort(target, 4, (short) (head >>> 32));
            for (int i = Long.BYTES; i < TEXT_SIZE; i += Long.BYTES) {
                putLong(target, i - LENGTH_SIZE, getLong(source, i) ^ getLong(k, i));
            }
            return;
        }
        putPartialLong(data, to, Math.min(length, HEAD), head);
        int at = HEAD;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            putLong(data, to + at, getLong(source, at + LENGTH_SIZE) ^ getLong(k, at + LENGTH_SIZE));
        }
        if (at < length) {
            putPartialLong(
                    data, to + at, length - at, getLong(source, at + LENGTH_SIZE) ^ getLong(k, at + LENGTH_SIZE));
        }
    }
}
