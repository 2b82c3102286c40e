package io.saltunnel.core.crypto;

import java.nio.ByteBuffer;

/**
 * Computes the tags of a batch of frames: one of the three parts of {@link ChunkCipher}'s arithmetic, beside
 * {@link ChunkKeystream} and {@link ChunkText}. One thread at a time.
 */
interface ChunkTags extends AutoCloseable {

    /** The algorithm and the width of its vectors, if it has any; part of {@link Kernels#name}. */
    String name();

    /**
     * Computes tags.
     *
     * @param keystream holds each chunk's keystream, as {@link ChunkKeystream} lays it out; its first 32 bytes are the
     *     one-time key
     * @param chunks the number of frames, from 1 to {@link ChunkKeystream#CAPACITY}
     * @param frames holds the frames, whose ciphertext is authenticated
     * @param firstFrame where the first frame starts
     * @param tags takes the tags; may be the frames
     * @param tagsOffset where the first tag goes
     * @param tagStride bytes from one tag to the next
     */
    void compute(
            ByteBuffer keystream,
            int chunks,
            ByteBuffer frames,
            int firstFrame,
            ByteBuffer tags,
            int tagsOffset,
            int tagStride);

    /** Wipes what was written to scratch space since the last call. */
    void wipe();

    /** Wipes and releases the scratch space. */
    @Override
    void close();
}
