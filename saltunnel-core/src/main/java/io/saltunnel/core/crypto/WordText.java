package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.LittleEndian.getLong;
import static io.saltunnel.core.crypto.LittleEndian.getPartialLong;
import static io.saltunnel.core.crypto.LittleEndian.putInt;
import static io.saltunnel.core.crypto.LittleEndian.putLong;
import static io.saltunnel.core.crypto.LittleEndian.putPartialLong;
import static io.saltunnel.core.crypto.LittleEndian.putShort;

import io.saltunnel.core.wire.ChunkHead;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;

/**
 * XORs texts word by word; runs everywhere. A text is 62 words:
 *
 * <pre>
 *   word 0                     word 1         …  word 61
 *   | length 2 | data 0..5 |   data 6..13     …  data 486..493
 * </pre>
 */
final class WordText implements ChunkText {

    private static final int MAX_DATA = Frame.MAX_DATA;
    private static final int TEXT_SIZE = LENGTH_SIZE + MAX_DATA;

    /** Data bytes in the first word, after the length. */
    private static final int HEAD = Long.BYTES - LENGTH_SIZE;

    @Override
    public String name() {
        return "word";
    }

    @Override
    public void encrypt(
            ByteBuffer keystream,
            int chunks,
            ByteBuffer data,
            int from,
            int length,
            ByteBuffer frames,
            int firstFrame) {
        for (int i = 0; i < chunks; i++) {
            encryptOne(
                    keystream,
                    i * ChunkKeystream.STRIDE + TEXT_KEYSTREAM,
                    data,
                    from + i * MAX_DATA,
                    Math.max(0, Math.min(length - i * MAX_DATA, MAX_DATA)),
                    frames,
                    firstFrame + i * Frame.SIZE + Frame.TAG);
        }
    }

    @Override
    public int decrypt(ByteBuffer keystream, int chunks, ByteBuffer frames, int firstFrame, ByteBuffer data, int to) {
        int done = 0;
        for (int i = 0; i < chunks; i++) {
            int length = ChunkHead.length(ChunkText.head(keystream, i, frames, firstFrame));
            decryptOne(
                    keystream,
                    i * ChunkKeystream.STRIDE + TEXT_KEYSTREAM,
                    frames,
                    firstFrame + i * Frame.SIZE + Frame.TAG,
                    length,
                    data,
                    to + done);
            done += length;
        }
        return done;
    }

    /** Encrypts one chunk, whose keystream for the text starts at {@code k}. */
    static void encryptOne(
            ByteBuffer keystream, int k, ByteBuffer data, int from, int length, ByteBuffer frames, int text) {
        if (length == MAX_DATA) {
            putLong(frames, text, (getLong(data, from) << 16 | MAX_DATA) ^ getLong(keystream, k));
            xor(keystream, k + Long.BYTES, data, from + HEAD, frames, text + Long.BYTES);
            return;
        }
        long head = getPartialLong(data, from, Math.min(length, HEAD)) << 16 | length;
        putLong(frames, text, head ^ getLong(keystream, k));
        int at = HEAD;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            long word = getLong(data, from + at) ^ getLong(keystream, k + LENGTH_SIZE + at);
            putLong(frames, text + LENGTH_SIZE + at, word);
        }
        if (at < length) {
            long tail = getPartialLong(data, from + at, length - at);
            putLong(frames, text + LENGTH_SIZE + at, tail ^ getLong(keystream, k + LENGTH_SIZE + at));
            at += Long.BYTES;
        }
        for (; at < MAX_DATA; at += Long.BYTES) {
            putLong(frames, text + LENGTH_SIZE + at, getLong(keystream, k + LENGTH_SIZE + at));
        }
    }

    /** Decrypts one chunk, whose keystream for the text starts at {@code k}. Writes at most {@code length} bytes. */
    static void decryptOne(
            ByteBuffer keystream, int k, ByteBuffer frames, int text, int length, ByteBuffer data, int to) {
        long head = (getLong(frames, text) ^ getLong(keystream, k)) >>> 16;
        if (length == MAX_DATA) {
            putInt(data, to, (int) head);
            putShort(data, to + 4, (short) (head >>> 32));
            xor(keystream, k + Long.BYTES, frames, text + Long.BYTES, data, to + HEAD);
            return;
        }
        putPartialLong(data, to, Math.min(length, HEAD), head);
        int at = HEAD;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            long word = getLong(frames, text + LENGTH_SIZE + at) ^ getLong(keystream, k + LENGTH_SIZE + at);
            putLong(data, to + at, word);
        }
        if (at < length) {
            long tail = getLong(frames, text + LENGTH_SIZE + at) ^ getLong(keystream, k + LENGTH_SIZE + at);
            putPartialLong(data, to + at, length - at, tail);
        }
    }

    /** XORs all words of a full text but the first. */
    private static void xor(ByteBuffer keystream, int k, ByteBuffer source, int from, ByteBuffer target, int to) {
        for (int i = 0; i < TEXT_SIZE - Long.BYTES; i += Long.BYTES) {
            putLong(target, to + i, getLong(source, from + i) ^ getLong(keystream, k + i));
        }
    }
}
