package io.saltunnel.core.session;

import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.secret.Wiping;
import io.saltunnel.core.wire.ChunkMark;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * Version 2: the key changes, and the end is sealed. A run is sealed in one piece, or in two if the last chunk under a
 * key lies inside it.
 */
final class ChunkSealerV2 implements ChunkSealer {

    private final SessionKeys keys;
    private final int keyOffset;
    private final ChunkNumbers numbers;
    private final KeyLife life;
    private boolean ended;

    ChunkSealerV2(SessionKeys keys, int keyOffset, long firstNumber, KeyChanges changes) {
        this.keys = keys;
        this.keyOffset = keyOffset;
        this.numbers = new ChunkNumbers(firstNumber);
        this.life = new KeyLife(changes);
    }

    @Override
    public int seal(
            ChunkCipher cipher, ByteBuffer data, int dataOffset, int dataLength, ByteBuffer frames, int framesOffset) {
        if (dataLength < 1) {
            throw new IllegalArgumentException("can't seal " + dataLength + " bytes in one run");
        }
        return seal(cipher, data, dataOffset, dataLength, endFrames(dataLength), ChunkMark.NONE, frames, framesOffset);
    }

    @Override
    public int sealEnd(
            ChunkCipher cipher, ByteBuffer data, int dataOffset, int dataLength, ByteBuffer frames, int framesOffset) {
        return seal(cipher, data, dataOffset, dataLength, endFrames(dataLength), ChunkMark.END, frames, framesOffset);
    }

    @Override
    public int endFrames(int dataLength) {
        return Math.max(1, ChunkCipher.chunks(dataLength));
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
        if (frameCount < 1 || frameCount > ChunkCipher.MAX_CHUNKS_PER_RUN || dataLength > frameCount * Frame.MAX_DATA) {
            throw new IllegalArgumentException("can't seal " + dataLength + " bytes in " + frameCount + " frames");
        }
        seal(cipher, data, dataOffset, dataLength, frameCount, ChunkMark.NONE, frames, framesOffset);
    }

    @Override
    public OptionalLong nanosUntilKeyChange() {
        return ended ? OptionalLong.empty() : life.nanosUntilChange();
    }

    /** Seals a run of so many chunks, which have room for the data. Its last chunk gets the given mark. The last chunk under a key gets REKEY, unless it is the end. */
    private int seal(
            ChunkCipher cipher,
            ByteBuffer data,
            int dataOffset,
            int dataLength,
            int count,
            ChunkMark asked,
            ByteBuffer frames,
            int framesOffset) {
        if (dataLength < 0 || dataLength > MAX_DATA_PER_RUN) {
            throw new IllegalArgumentException("can't seal " + dataLength + " bytes in one run");
        }
        Objects.checkFromIndexSize(dataOffset, dataLength, data.limit());
        Objects.checkFromIndexSize(framesOffset, count * Frame.SIZE, frames.limit());
        if (ended) {
            throw new IllegalStateException("this direction has ended");
        }
        ByteBuffer key = keys.bytes();
        long firstNumber = numbers.take(count);
        try {
            for (int done = 0; done < count; ) {
                int chunks = Math.min(count - done, life.chunksLeft());
                boolean last = done + chunks == count;
                int from = Math.min(done * Frame.MAX_DATA, dataLength);
                int length = Math.min(dataLength - from, chunks * Frame.MAX_DATA);
                ChunkMark mark = last && asked == ChunkMark.END ? asked : markAfter(chunks);
                if (mark == ChunkMark.NONE) {
                    life.spend(chunks);
                }
                cipher.seal(
                        key,
                        keyOffset,
                        firstNumber + done,
                        data,
                        dataOffset + from,
                        length,
                        chunks,
                        mark,
                        frames,
                        framesOffset + done * Frame.SIZE);
                keys.checkOpen();
                follow(mark);
                done += chunks;
            }
        } catch (IllegalStateException e) { // the key may have been wiped meanwhile: anybody could open such a chunk
            Wiping.wipe(frames, framesOffset, count * Frame.SIZE);
            throw e;
        }
        return count;
    }

    private ChunkMark markAfter(int chunks) {
        return life.endsWithin(chunks) ? ChunkMark.REKEY : ChunkMark.NONE;
    }

    private void follow(ChunkMark mark) {
        switch (mark) {
            case NONE -> {}
            case REKEY -> {
                keys.change(keyOffset);
                life.renew();
            }
            case END -> {
                keys.wipe(keyOffset);
                ended = true;
            }
        }
    }
}
