package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.LittleEndian.getLong;

import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;

/**
 * XORs the texts of a batch of chunks with their keystream, from one buffer to another: one of the three parts of
 * {@link ChunkCipher}'s arithmetic, beside {@link ChunkKeystream} and {@link ChunkTags}. Callers have checked the
 * ranges. Any thread.
 *
 * <pre>
 *   keystream of a chunk | key of Poly1305 32 | for the length 2 | for the data 494 | unused 48
 *   its frame            | tag 16             | length 2         | data 494         |
 * </pre>
 */
interface ChunkText {

    /** Bytes of the length field. */
    int LENGTH_SIZE = 2;

    /** Where the keystream for the text starts, after the key of Poly1305. */
    int TEXT_KEYSTREAM = Poly1305.KEY_SIZE;

    /** The algorithm and the width of its vectors, if it has any; part of {@link Kernels#name}. */
    String name();

    /**
     * Encrypts the length, the data and zeros of each chunk.
     *
     * @param keystream holds each chunk's keystream, as {@link ChunkKeystream} lays it out
     * @param chunks the number of chunks, from 1 to {@link ChunkKeystream#CAPACITY}
     * @param data holds the data
     * @param from where the first chunk's data starts
     * @param length bytes of data, from 0: fills the first chunks, in part if it ends within one. The others are empty
     * @param frames takes the texts; must not overlap the data. Tags that are already there stay
     * @param firstFrame where the first frame starts
     */
    void encrypt(
            ByteBuffer keystream, int chunks, ByteBuffer data, int from, int length, ByteBuffer frames, int firstFrame);

    /**
     * Decrypts the data of chunks whose lengths are known to be at most 494. Marks in their heads don't matter here.
     *
     * @param keystream as for {@link #encrypt}
     * @param chunks the number of chunks, from 1 to {@link ChunkKeystream#CAPACITY}
     * @param frames holds the frames
     * @param firstFrame where the first one starts
     * @param data takes the data; may be the frames, if it starts no later than they do
     * @param to where the data goes; nothing is written after it
     * @return bytes of data, 0 or more
     */
    int decrypt(ByteBuffer keystream, int chunks, ByteBuffer frames, int firstFrame, ByteBuffer data, int to);

    /**
     * Reads the head of one chunk of a batch.
     *
     * @return any unsigned 16-bit number
     */
    static int head(ByteBuffer keystream, int chunk, ByteBuffer frames, int firstFrame) {
        long text = getLong(frames, firstFrame + chunk * Frame.SIZE + Frame.TAG);
        return (int) (text ^ getLong(keystream, chunk * ChunkKeystream.STRIDE + TEXT_KEYSTREAM)) & 0xffff;
    }
}
