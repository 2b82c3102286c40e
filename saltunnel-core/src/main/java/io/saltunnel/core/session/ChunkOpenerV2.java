package io.saltunnel.core.session;

import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.crypto.ChunkFailure;
import io.saltunnel.core.secret.Wiping;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.core.wire.ProtocolVersion;
import java.nio.ByteBuffer;

/** Version 2: follows the peer's changes of keys, inside a run too, and refuses what comes after the end. */
final class ChunkOpenerV2 extends CheckedOpener {

    private boolean ended;

    ChunkOpenerV2(SessionKeys keys, int keyOffset, long firstNumber) {
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
        int length = 0;
        for (int done = 0; done < frameCount; ) {
            if (ended) {
                throw new ChunkException(ChunkFailure.AFTER_END, firstNumber + done, length);
            }
            int opened = cipher.open(
                    ProtocolVersion.V2,
                    key,
                    keyOffset,
                    firstNumber + done,
                    frames,
                    framesOffset + done * Frame.SIZE,
                    frameCount - done,
                    data,
                    dataOffset + length);
            length += cipher.lastDataLength();
            try {
                keys.checkOpen();
                follow(cipher);
            } catch (IllegalStateException e) { // the key may have been wiped: anybody could have sealed such a chunk
                Wiping.wipe(data, dataOffset, frameCount * Frame.MAX_DATA);
                throw e;
            }
            if (opened < 0) {
                throw new ChunkException(cipher.lastFailure(), firstNumber + done + ~opened, length);
            }
            done += opened;
        }
        return length;
    }

    @Override
    public boolean hasEnded() {
        return ended;
    }

    private void follow(ChunkCipher cipher) {
        switch (cipher.lastMark()) {
            case NONE -> {}
            case REKEY -> keys.change(keyOffset);
            case END -> {
                keys.wipe(keyOffset);
                ended = true;
            }
        }
    }
}
