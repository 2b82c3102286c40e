package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.LittleEndian.getLong;

import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;

/** One tag after the other, by {@link Poly1305}; runs everywhere and needs no scratch space. */
final class SerialTags implements ChunkTags {

    @Override
    public String name() {
        return "serial";
    }

    @Override
    public void compute(
            ByteBuffer keystream,
            int chunks,
            ByteBuffer frames,
            int firstFrame,
            ByteBuffer tags,
            int tagsOffset,
            int tagStride) {
        for (int i = 0; i < chunks; i++) {
            one(keystream, i, frames, firstFrame, tags, tagsOffset, tagStride);
        }
    }

    /** The tag of the batch's chunk number {@code i} alone. */
    void one(
            ByteBuffer keystream,
            int i,
            ByteBuffer frames,
            int firstFrame,
            ByteBuffer tags,
            int tagsOffset,
            int tagStride) {
        int key = i * ChunkKeystream.STRIDE;
        Poly1305.tag(
                getLong(keystream, key),
                getLong(keystream, key + 8),
                getLong(keystream, key + 16),
                getLong(keystream, key + 24),
                frames,
                firstFrame + i * Frame.SIZE + Frame.TAG,
                Frame.CHUNK_PLAINTEXT,
                tags,
                tagsOffset + i * tagStride);
    }

    @Override
    public void wipe() {
        // Nothing was written.
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
