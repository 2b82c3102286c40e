package io.saltunnel.core.crypto;

import java.nio.ByteBuffer;

/**
 * Makes the keystream of a batch of chunks: one of the three parts of {@link ChunkCipher}'s arithmetic, beside
 * {@link ChunkText} and {@link ChunkTags}. One thread at a time.
 *
 * <p>A chunk takes nine blocks, the last one in part. The first 32 bytes key Poly1305; the text, 2 bytes of length and
 * 494 of data, is XORed with those from 32 on.
 */
interface ChunkKeystream extends AutoCloseable {

    /** Blocks of keystream that one chunk takes. */
    int BLOCKS_PER_CHUNK = 9;

    /** Bytes from one chunk's keystream to the next one's: {@value}. */
    int STRIDE = BLOCKS_PER_CHUNK * Salsa20.BLOCK_SIZE;

    /**
     * The most chunks in a batch: {@value}. Larger batches make the loops longer, but their keystream (36 KB here)
     * would not fit the first-level cache.
     */
    int CAPACITY = 64;

    /** The algorithm and the width of its vectors, if it has any; part of {@link Kernels#name}. */
    String name();

    /**
     * Writes keystream.
     *
     * @param key holds the 32 bytes of the key
     * @param keyOffset where the key starts
     * @param firstNonce the first chunk's nonce; the others follow
     * @param chunks the number of chunks, from 1 to {@link #CAPACITY}
     * @param output takes the keystream of chunk i from byte {@code i * STRIDE}
     */
    void generate(ByteBuffer key, int keyOffset, long firstNonce, int chunks, ByteBuffer output);

    /** Wipes what was written to scratch space since the last call. The output isn't wiped. */
    void wipe();

    /** Wipes and releases the scratch space. */
    @Override
    void close();
}
