package io.saltunnel.core.crypto;

import java.nio.ByteBuffer;

/**
 * The arithmetic below {@link ChunkCipher}: keystream and tags for a batch of chunks. One thread at a time.
 *
 * <p>A chunk's keystream is nine blocks. The first 32 bytes key Poly1305; the text, 2 bytes of length and 494 of data, is XORed with
 * those from 32 on. Offsets named {@code frame} point to a frame's first byte, the tag; the text starts 16 bytes later.
 *
 * <p>Callers have checked all ranges.
 */
interface ChunkKernel extends AutoCloseable {

    /** Blocks of keystream that one chunk takes, the last of them in part. */
    int BLOCKS_PER_CHUNK = 9;

    /** A few words for people. */
    String name();

    /** The most chunks in a batch. */
    int capacity();

    /** Makes the keystream of {@code chunks} chunks, whose nonces follow one another; replaces that of the batch before. */
    void generate(ByteBuffer key, int keyOffset, long firstNonce, int chunks);

    /** Eight bytes of a chunk's keystream, from byte {@code 8 * index}. */
    long keystream(int chunk, int index);

    /** Encrypts a full chunk: 494 bytes of data, and their length. */
    void encryptFull(int chunk, ByteBuffer data, int dataOffset, ByteBuffer frames, int frame);

    /** Decrypts the data of a full chunk; the data may overlap the frame if it starts no later. */
    void decryptFull(int chunk, ByteBuffer frames, int frame, ByteBuffer data, int dataOffset);

    /** Computes the tags of the batch's first {@code chunks} frames; the tag of chunk i goes to {@code tagsOffset + i * tagStride}. */
    void tags(int chunks, ByteBuffer frames, int firstFrame, ByteBuffer tags, int tagsOffset, int tagStride);

    /** Wipes all that was written since the last time. */
    void wipe();

    /** Wipes and gives back the scratch space. */
    @Override
    void close();
}
