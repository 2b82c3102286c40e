package io.saltunnel.core.session;

import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.secret.Wiping;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;

/** Version 1: one key, and no end but TCP's. */
final class ChunkOpenerV1 extends CheckedOpener {

    ChunkOpenerV1(SessionKeys keys, int keyOffset, long firstNumber) {
        super(keys, keyOffset, firstNumber);
    }

    @Override
    int openChecked(
            ChunkCipher cipher,
            ByteBuffer key,
            long firstNumber,
            ByteBuffer frames,
            int framesOffset,
            int frameCount,
            ByteBuffer data,
            int dataOffset)
            throws ChunkException {
        int opened = cipher.open(key, keyOffset, firstNumber, frames, framesOffset, frameCount, data, dataOffset);
        try {
            keys.checkOpen();
        } catch (IllegalStateException e) { // the key may have been wiped: anybody could have sealed such a chunk
            Wiping.wipe(data, dataOffset, frameCount * Frame.MAX_DATA);
            throw e;
        }
        if (opened < 0) {
            throw new ChunkException(cipher.lastFailure(), firstNumber + ~opened, cipher.lastDataLength());
        }
        return opened;
    }

    @Override
    public boolean hasEnded() {
        return false;
    }
}
