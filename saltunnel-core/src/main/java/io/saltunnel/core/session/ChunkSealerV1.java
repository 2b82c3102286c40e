package io.saltunnel.core.session;

import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.secret.Wiping;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.OptionalLong;

/** Version 1: one key, and no end but TCP's. */
final class ChunkSealerV1 implements ChunkSealer {

    private final SessionKeys keys;
    private final int keyOffset;
    private final ChunkNumbers numbers;

    ChunkSealerV1(SessionKeys keys, int keyOffset, long firstNumber) {
        this.keys = keys;
        this.keyOffset = keyOffset;
        this.numbers = new ChunkNumbers(firstNumber);
    }

    @Override
    public int seal(
            ChunkCipher cipher, ByteBuffer data, int dataOffset, int dataLength, ByteBuffer frames, int framesOffset) {
        if (dataLength < 1 || dataLength > MAX_DATA_PER_RUN) {
            throw new IllegalArgumentException("can't seal " + dataLength + " bytes in one run");
        }
        int count = ChunkCipher.chunks(dataLength);
        Objects.checkFromIndexSize(dataOffset, dataLength, data.limit());
        Objects.checkFromIndexSize(framesOffset, count * Frame.SIZE, frames.limit());
        ByteBuffer key = keys.bytes();
        cipher.seal(key, keyOffset, numbers.take(count), data, dataOffset, dataLength, frames, framesOffset);
        try {
            keys.checkOpen();
        } catch (IllegalStateException e) { // the key may have been wiped meanwhile: anybody could open such a chunk
            Wiping.wipe(frames, framesOffset, count * Frame.SIZE);
            throw e;
        }
        return count;
    }

    @Override
    public int sealEnd(
            ChunkCipher cipher, ByteBuffer data, int dataOffset, int dataLength, ByteBuffer frames, int framesOffset) {
        return dataLength == 0 ? 0 : seal(cipher, data, dataOffset, dataLength, frames, framesOffset);
    }

    @Override
    public int endFrames(int dataLength) {
        return ChunkCipher.chunks(dataLength);
    }

    @Override
    public void sealPadded(
            ChunkCipher cipher,
            ByteBuffer data,
            int dataOffset,
            int dataLength,
            ByteBuffer frames,
            int framesOffset,
            int frameCount) {
        throw new IllegalStateException("version 1 has no padding");
    }

    @Override
    public OptionalLong nanosUntilKeyChange() {
        return OptionalLong.empty();
    }
}
