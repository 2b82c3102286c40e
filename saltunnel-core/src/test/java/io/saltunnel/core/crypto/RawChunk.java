package io.saltunnel.core.crypto;

import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;

/** Seals one chunk of any plaintext, even one that no sealer makes: {@code box8} of docs/PROTOCOL.md, step by step. */
public final class RawChunk {

    private RawChunk() {}

    /** Replaces the plaintext, which starts 16 bytes after the frame does, and writes the tag before it. */
    public static void seal(ByteBuffer key, int keyOffset, long nonce, ByteBuffer frames, int frame) {
        ByteBuffer stream = ByteBuffer.allocateDirect(Poly1305.KEY_SIZE + Frame.CHUNK_PLAINTEXT);
        Salsa20.keystream(key, keyOffset, nonce, 0, stream, 0, stream.limit());
        int text = frame + Frame.TAG;
        for (int i = 0; i < Frame.CHUNK_PLAINTEXT; i++) {
            frames.put(text + i, (byte) (frames.get(text + i) ^ stream.get(Poly1305.KEY_SIZE + i)));
        }
        Poly1305.tag(stream, 0, frames, text, Frame.CHUNK_PLAINTEXT, frames, frame);
    }
}
