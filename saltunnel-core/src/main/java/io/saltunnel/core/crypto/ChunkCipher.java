package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.LittleEndian.getLong;
import static io.saltunnel.core.crypto.LittleEndian.putLong;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Seals and opens runs of chunks, the data frames of docs/PROTOCOL.md.
 *
 * <p>A frame is 512 bytes: a tag of 16, then the ciphertext of 496, which is the chunk's length (2 bytes, little-endian, at most 494),
 * its data, and zeros. The frames of a run lie one after another, and so do the data of its chunks. Chunk i of a run has the nonce
 * {@code firstNonce + i}.
 *
 * <pre>
 *   frames  | tag 16 | length 2 | data 494 | tag 16 | length 2 | data 494 | …
 *   data    | 494 | 494 | …
 * </pre>
 *
 * <p>An instance is scratch space for keystream and one-time keys. It may be used by one thread at a time, for any number of keys and
 * connections; what a run wrote to the space is wiped before the method returns or throws.
 */
public final class ChunkCipher implements AutoCloseable {

    /** The most chunks one call seals or opens: {@value}. */
    public static final int MAX_CHUNKS_PER_RUN = 128;

    /** Bytes in a frame: {@value}. */
    public static final int FRAME_SIZE = 512;

    /** The most data bytes in a chunk: {@value}. */
    public static final int MAX_DATA = 494;

    private static final int PLAINTEXT_SIZE = 496;
    private static final int LENGTH_SIZE = 2;
    private static final int KEYSTREAM_SIZE = 528; // 32 bytes that key Poly1305, then the plaintext's
    private static final int TEXT = 16;

    private final SecretBox box = new SecretBox();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(KEYSTREAM_SIZE + 16);
    private ChunkFailure lastFailure = ChunkFailure.BAD_TAG;
    private int lastDataLength;

    private ChunkCipher() {}

    /**
     * Allocates the scratch space and picks the fastest kernel that runs here.
     *
     * @return a cipher that the caller closes
     */
    public static ChunkCipher create() {
        return new ChunkCipher();
    }

    /**
     * Returns the number of chunks that data of a given length is sealed into.
     *
     * @param dataLength bytes of data, from 0 to {@link Integer#MAX_VALUE} - 493
     * @return the number of chunks
     */
    public static int chunks(int dataLength) {
        return (dataLength + MAX_DATA - 1) / MAX_DATA;
    }

    /**
     * Seals data into frames; all chunks but the last are full.
     *
     * @param key holds the 32 bytes of the direction's key
     * @param keyOffset where the key starts
     * @param firstNonce the first chunk's nonce, unsigned
     * @param data the data; left as it is
     * @param dataOffset where the data starts
     * @param dataLength bytes of data, from 1 to 128 · 494
     * @param frames takes {@link #chunks chunks(dataLength)} · 512 bytes, none of which may be the data's
     * @param framesOffset where the first frame starts
     * @throws IllegalArgumentException if {@code dataLength} is out of range, or a nonce would pass 2<sup>64</sup> - 1
     * @throws IndexOutOfBoundsException if a range leaves its buffer
     */
    public void seal(
            ByteBuffer key,
            int keyOffset,
            long firstNonce,
            ByteBuffer data,
            int dataOffset,
            int dataLength,
            ByteBuffer frames,
            int framesOffset) {
        if (dataLength < 1 || dataLength > MAX_CHUNKS_PER_RUN * MAX_DATA) {
            throw new IllegalArgumentException("dataLength " + dataLength);
        }
        int count = chunks(dataLength);
        checkNonces(firstNonce, count);
        LittleEndian.check(key, keyOffset, Salsa20.KEY_SIZE);
        LittleEndian.check(data, dataOffset, dataLength);
        LittleEndian.check(frames, framesOffset, count * FRAME_SIZE);
        for (int i = 0; i < count; i++) {
            int at = framesOffset + i * FRAME_SIZE;
            int length = Math.min(dataLength - i * MAX_DATA, MAX_DATA);
            frames.put(at + TEXT, (byte) length);
            frames.put(at + TEXT + 1, (byte) (length >>> 8));
            copy(data, dataOffset + i * MAX_DATA, frames, at + TEXT + LENGTH_SIZE, length);
            LittleEndian.wipe(frames, at + TEXT + LENGTH_SIZE + length, MAX_DATA - length);
            box.seal8(key, keyOffset, firstNonce + i, frames, at, PLAINTEXT_SIZE);
        }
    }

    /**
     * Opens frames in order, up to the first bad one.
     *
     * @param key holds the 32 bytes of the direction's key
     * @param keyOffset where the key starts
     * @param firstNonce the first chunk's nonce, unsigned
     * @param frames the frames; left as they are, unless the data replaces them
     * @param framesOffset where the first frame starts
     * @param frameCount the number of frames, from 1 to 128
     * @param data takes the data; must have room for {@code frameCount} · 494 bytes, of which those after the opened data are left
     *     as they are. May be the same buffer as {@code frames}, if the data is either to start where the frames do, or to lie apart
     *     from them
     * @param dataOffset where the data starts
     * @return the number of data bytes written, if all frames are good; otherwise {@code ~index} of the bad frame, a negative
     *     number: the data of the frames before it has been written, {@link #lastDataLength} says how much, and
     *     {@link #lastFailure} what was wrong
     * @throws IllegalArgumentException if {@code frameCount} is out of range, or a nonce would pass 2<sup>64</sup> - 1
     * @throws IndexOutOfBoundsException if a range leaves its buffer
     */
    public int open(
            ByteBuffer key,
            int keyOffset,
            long firstNonce,
            ByteBuffer frames,
            int framesOffset,
            int frameCount,
            ByteBuffer data,
            int dataOffset) {
        if (frameCount < 1 || frameCount > MAX_CHUNKS_PER_RUN) {
            throw new IllegalArgumentException("frameCount " + frameCount);
        }
        checkNonces(firstNonce, frameCount);
        LittleEndian.check(key, keyOffset, Salsa20.KEY_SIZE);
        LittleEndian.check(frames, framesOffset, frameCount * FRAME_SIZE);
        LittleEndian.check(data, dataOffset, frameCount * MAX_DATA);
        lastDataLength = 0;
        try {
            for (int i = 0; i < frameCount; i++) {
                if (!openOne(key, keyOffset, firstNonce + i, frames, framesOffset + i * FRAME_SIZE, data, dataOffset)) {
                    return ~i;
                }
            }
            return lastDataLength;
        } finally {
            LittleEndian.wipe(scratch, 0, KEYSTREAM_SIZE + 16);
        }
    }

    private boolean openOne(
            ByteBuffer key, int keyOffset, long nonce, ByteBuffer frames, int at, ByteBuffer data, int dataOffset) {
        Salsa20.keystream(key, keyOffset, nonce, 0, scratch, 0, KEYSTREAM_SIZE);
        Poly1305.tag(scratch, 0, frames, at + TEXT, PLAINTEXT_SIZE, scratch, KEYSTREAM_SIZE);
        long difference = getLong(scratch, KEYSTREAM_SIZE) ^ getLong(frames, at)
                | getLong(scratch, KEYSTREAM_SIZE + 8) ^ getLong(frames, at + 8);
        if (difference != 0) {
            lastFailure = ChunkFailure.BAD_TAG;
            return false;
        }
        int length = ((frames.get(at + TEXT) ^ scratch.get(32)) & 0xff)
                | ((frames.get(at + TEXT + 1) ^ scratch.get(33)) & 0xff) << 8;
        if (length > MAX_DATA) {
            lastFailure = ChunkFailure.BAD_LENGTH;
            return false;
        }
        int from = at + TEXT + LENGTH_SIZE;
        int to = dataOffset + lastDataLength;
        int i = 0;
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
            putLong(data, to + i, getLong(frames, from + i) ^ getLong(scratch, 34 + i));
        }
        for (; i < length; i++) {
            data.put(to + i, (byte) (frames.get(from + i) ^ scratch.get(34 + i)));
        }
        lastDataLength += length;
        return true;
    }

    /**
     * Says what the last run of {@link #open} that was refused found wrong.
     *
     * @return the reason; meaningless unless the last call of {@link #open} returned a negative number
     */
    public ChunkFailure lastFailure() {
        return lastFailure;
    }

    /**
     * Says how many bytes of data the last {@link #open} wrote, whether or not it met a bad frame.
     *
     * @return bytes, from 0
     */
    public int lastDataLength() {
        return lastDataLength;
    }

    /**
     * Names the kernel in use, for people.
     *
     * @return a few words
     */
    public String kernelName() {
        return "plain";
    }

    /** Wipes and releases the scratch space; the cipher must not be used afterwards. */
    @Override
    public void close() {
        box.close();
    }

    private static void checkNonces(long firstNonce, int count) {
        if (Long.compareUnsigned(firstNonce + (count - 1), firstNonce) < 0) {
            throw new IllegalArgumentException("nonces would wrap");
        }
    }

    private static void copy(ByteBuffer source, int from, ByteBuffer target, int to, int length) {
        Objects.checkFromIndexSize(to, length, target.limit());
        target.put(to, source, from, length);
    }
}
