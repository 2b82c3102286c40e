package io.saltunnel.core.session;

import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.secret.Wiping;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Version 1: one key, and no end but TCP's. */
final class ChunkOpenerV1 implements ChunkOpener {

    private final SessionKeys keys;
    private final int keyOffset;
    private final ChunkNumbers numbers;
    private boolean failed;

    ChunkOpenerV1(SessionKeys keys, int keyOffset, long firstNumber) {
        this.keys = keys;
        this.keyOffset = keyOffset;
        this.numbers = new ChunkNumbers(firstNumber);
    }

    @Override
    public int open(
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
        int opened = cipher.open(key, keyOffset, firstNumber, frames, framesOffset, frameCount, data, dataOffset);
        try {
            keys.checkOpen();
        } catch (IllegalStateException e) { // perhaps under a wiped key: anybody could have sealed such a chunk
            Wiping.wipe(data, dataOffset, frameCount * Frame.MAX_DATA);
            throw e;
        }
        if (opened < 0) {
            throw new ChunkException(cipher.lastFailure(), firstNumber + ~opened, cipher.lastDataLength());
        }
        failed = false;
        return opened;
    }

    @Override
    public boolean hasEnded() {
        return false;
    }
}
