package io.saltunnel.core.crypto;

import static io.saltunnel.core.crypto.LittleEndian.getLong;

import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;

/** Computes one tag after another by {@link Poly1305}. Runs everywhere and needs no scratch space. */
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

    /** Computes the tag of chunk {@code i} of the batch alone. */
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
