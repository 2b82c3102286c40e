package io.saltunnel.core.session;

import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Checks each run before a version opens it, and refuses to open anything after a refused chunk. */
abstract sealed class CheckedOpener implements ChunkOpener permits ChunkOpenerV1, ChunkOpenerV2 {

    final SessionKeys keys;
    final int keyOffset;
    private final ChunkNumbers numbers;
    private boolean failed;

    CheckedOpener(SessionKeys keys, int keyOffset, long firstNumber) {
        this.keys = keys;
        this.keyOffset = keyOffset;
        this.numbers = new ChunkNumbers(firstNumber);
    }

    @Override
    public final int open(
            ChunkCipher cipher, ByteBuffer frames, int framesOffset, int frameCount, ByteBuffer data, int dataOffset)
            throws ChunkException {
        if (failed) {
            throw new IllegalStateException("a chunk was refused before");
        }
        if (frameCount < 1 || frameCount > ChunkCipher.MAX_CHUNKS_PER_RUN) {
            throw new IllegalArgumentException("can't open " + frameCount + " frames in one run");
        }
        Objects.checkFromIndexSize(framesOffset, frameCount * Frame.SIZE, frames.limit());
        Objects.checkFromIndexSize(dataOffset, frameCount * Frame.MAX_DATA, data.limit());
        ByteBuffer key = keys.bytes();
        // If anything fails from here on, a number is spent whose chunk wasn't delivered.
        failed = true;
        long firstNumber = numbers.take(frameCount);
        int length = openChecked(cipher, key, firstNumber, frames, framesOffset, frameCount, data, dataOffset);
        failed = false;
        return length;
    }

    /** Opens a run whose arguments were checked, and returns the number of bytes of data. */
    abstract int openChecked(
            ChunkCipher cipher,
            ByteBuffer key,
            long firstNumber,
            ByteBuffer frames,
            int framesOffset,
            int frameCount,
            ByteBuffer data,
            int dataOffset)
            throws ChunkException;
}
