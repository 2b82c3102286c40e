package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.LittleEndian.getLong;
import static io.saltunnel.core.crypto.LittleEndian.putLong;

import java.nio.ByteBuffer;

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

    /** Where a frame's ciphertext starts, after the tag. */
    static final int TEXT = Poly1305.TAG_SIZE;

    /** Bytes of ciphertext in a frame. */
    static final int TEXT_SIZE = FRAME_SIZE - TEXT;

    /** Bytes of the length field, with which the text starts. */
    static final int LENGTH_SIZE = 2;

    /** The text's first word of keystream; those before key Poly1305. */
    private static final int FIRST_TEXT_WORD = Poly1305.KEY_SIZE / Long.BYTES;

    private final ChunkKernel kernel;
    final ByteBuffer computedTags;
    private ChunkFailure lastFailure = ChunkFailure.BAD_TAG;
    private int lastDataLength;

    ChunkCipher(ChunkKernel kernel) {
        this.kernel = kernel;
        this.computedTags = ByteBuffer.allocateDirect(kernel.capacity() * Poly1305.TAG_SIZE);
    }

    /**
     * Allocates the scratch space and picks the fastest kernel that runs here.
     *
     * @return a cipher that the caller closes
     */
    public static ChunkCipher create() {
        return new ChunkCipher(new PlainKernel());
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
        try {
            for (int done = 0; done < count; ) {
                int batch = Math.min(count - done, kernel.capacity());
                kernel.generate(key, keyOffset, firstNonce + done, batch);
                int firstFrame = framesOffset + done * FRAME_SIZE;
                for (int i = 0; i < batch; i++, done++) {
                    int from = dataOffset + done * MAX_DATA;
                    int length = Math.min(dataLength - done * MAX_DATA, MAX_DATA);
                    if (length == MAX_DATA) {
                        kernel.encryptFull(i, data, from, frames, firstFrame + i * FRAME_SIZE);
                    } else {
                        encryptShort(i, data, from, length, frames, firstFrame + i * FRAME_SIZE);
                    }
                }
                kernel.tags(batch, frames, firstFrame, frames, firstFrame, FRAME_SIZE);
            }
        } finally {
            kernel.wipe();
        }
    }

    /** Encrypts the length, fewer than 494 bytes of data, and zeros. */
    private void encryptShort(int chunk, ByteBuffer data, int from, int length, ByteBuffer frames, int frame) {
        int to = frame + TEXT;
        for (int i = 0; i < TEXT_SIZE; i += Long.BYTES) {
            // The text's byte i is the data's byte i - 2.
            int at = i - LENGTH_SIZE;
            long word = 0;
            if (i == 0) {
                word = LittleEndian.getPartialLong(data, from, Math.min(length, 6)) << 16 | length;
            } else if (at + Long.BYTES <= length) {
                word = getLong(data, from + at);
            } else if (at < length) {
                word = LittleEndian.getPartialLong(data, from + at, length - at);
            }
            putLong(frames, to + i, word ^ kernel.keystream(chunk, FIRST_TEXT_WORD + i / Long.BYTES));
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
     *     as they are. May be the same buffer as {@code frames}, if the data either is to start where the frames do, or to lie apart
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
            for (int done = 0; done < frameCount; ) {
                int batch = Math.min(frameCount - done, kernel.capacity());
                int firstFrame = framesOffset + done * FRAME_SIZE;
                kernel.generate(key, keyOffset, firstNonce + done, batch);
                kernel.tags(batch, frames, firstFrame, computedTags, 0, Poly1305.TAG_SIZE);
                for (int i = 0; i < batch; i++, done++) {
                    int frame = firstFrame + i * FRAME_SIZE;
                    if (!tagIsRight(i, frames, frame)) {
                        lastFailure = ChunkFailure.BAD_TAG;
                        return ~done;
                    }
                    int length = (int) (textWord(i, frames, frame, 0) & 0xffff);
                    if (length > MAX_DATA) {
                        lastFailure = ChunkFailure.BAD_LENGTH;
                        return ~done;
                    }
                    if (length == MAX_DATA) {
                        kernel.decryptFull(i, frames, frame, data, dataOffset + lastDataLength);
                    } else {
                        decryptShort(i, frames, frame, length, data, dataOffset + lastDataLength);
                    }
                    lastDataLength += length;
                }
            }
            return lastDataLength;
        } finally {
            kernel.wipe();
            LittleEndian.wipe(computedTags, 0, Math.min(frameCount, kernel.capacity()) * Poly1305.TAG_SIZE);
        }
    }

    private boolean tagIsRight(int chunk, ByteBuffer frames, int frame) {
        int at = chunk * Poly1305.TAG_SIZE;
        long difference = getLong(computedTags, at) ^ getLong(frames, frame)
                | getLong(computedTags, at + 8) ^ getLong(frames, frame + 8);
        return difference == 0;
    }

    /** The plaintext's word {@code index}. */
    private long textWord(int chunk, ByteBuffer frames, int frame, int index) {
        return getLong(frames, frame + TEXT + Long.BYTES * index) ^ kernel.keystream(chunk, FIRST_TEXT_WORD + index);
    }

    /** Decrypts fewer than 494 bytes of data; writes these and no more. */
    private void decryptShort(int chunk, ByteBuffer frames, int frame, int length, ByteBuffer data, int to) {
        LittleEndian.putPartialLong(data, to, Math.min(length, 6), textWord(chunk, frames, frame, 0) >>> 16);
        for (int at = 6, index = 1; at < length; at += Long.BYTES, index++) {
            long word = textWord(chunk, frames, frame, index);
            if (at + Long.BYTES <= length) {
                putLong(data, to + at, word);
            } else {
                LittleEndian.putPartialLong(data, to + at, length - at, word);
            }
        }
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
        return kernel.name();
    }

    /** Wipes and releases the scratch space; the cipher must not be used afterwards. */
    @Override
    public void close() {
        kernel.close();
    }

    private static void checkNonces(long firstNonce, int count) {
        if (Long.compareUnsigned(firstNonce + (count - 1), firstNonce) < 0) {
            throw new IllegalArgumentException("nonces would wrap");
        }
    }
}
