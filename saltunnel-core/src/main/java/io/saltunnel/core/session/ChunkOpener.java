package io.saltunnel.core.session;

import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.secret.Wiping;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Opens one direction of a tunnel (steps C4 and S4 of {@code docs/PROTOCOL.md}): whole runs of chunks become whole runs
 * of data, in order and without a gap. After the first refused chunk it opens nothing more, because there is no way to
 * continue past it.
 *
 * <p>Part of its {@link Session}; unusable once that is closed. One thread at a time.
 */
public final class ChunkOpener {

    private final SessionKeys keys;
    private final int keyOffset;
    private final ChunkNumbers numbers;
    private boolean failed;

    ChunkOpener(SessionKeys keys, int keyOffset, long firstNumber) {
        this.keys = keys;
        this.keyOffset = keyOffset;
        this.numbers = new ChunkNumbers(firstNumber);
    }

    /**
     * Opens a run of chunks. Only data of chunks whose tags were verified is written; padding is ignored. Offsets are
     * absolute; positions and limits don't move. The caller wipes the data.
     *
     * @param cipher the scratch space to work in; no other call may use it meanwhile
     * @param frames the sealed chunks, heap or direct
     * @param framesOffset index of the first
     * @param frameCount how many there are, 1 to {@link ChunkCipher#MAX_CHUNKS_PER_RUN}
     * @param data takes the data: a writable buffer with room for {@value Frame#MAX_DATA} bytes per frame, which either
     *     doesn't overlap the frames or is the same buffer at the same offset
     * @param dataOffset index of the first byte of data
     * @return the number of bytes opened, 0 or more
     * @throws ChunkException if a chunk is refused; it says how much the chunks before it held
     * @throws NonceExhaustedException if the run would pass the last number, 2<sup>64</sup>-1; neither this call nor a
     *     later one opens anything then
     * @throws IndexOutOfBoundsException if the frames or the data don't lie within the limits; nothing is opened then
     * @throws IllegalArgumentException if the count is out of bounds; nothing is opened then
     * @throws IllegalStateException if a chunk was refused before, or the session or its keys' memory is closed, also if
     *     the latter happens meanwhile; no data is left behind then
     */
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
        } catch (
                IllegalStateException
                        e) { // the key may have been wiped meanwhile: anybody could have sealed such a chunk
            Wiping.wipe(data, dataOffset, frameCount * Frame.MAX_DATA);
            throw e;
        }
        if (opened < 0) {
            throw new ChunkException(cipher.lastFailure(), firstNumber + ~opened, cipher.lastDataLength());
        }
        failed = false;
        return opened;
    }
}
