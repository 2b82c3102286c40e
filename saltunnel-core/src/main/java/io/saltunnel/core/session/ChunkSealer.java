package io.saltunnel.core.session;

import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.secret.Wiping;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Seals one direction of a tunnel (steps C4 and S4 of {@code docs/PROTOCOL.md}): whole runs of data become whole runs
 * of chunks, numbered without a gap. A number is spent as soon as a run begins and is never reused, so that no two
 * chunks can share one, whatever fails.
 *
 * <p>Part of its {@link Session}; unusable once that is closed. One thread at a time.
 */
public final class ChunkSealer {

    /** The most data that one call takes, in bytes. */
    public static final int MAX_DATA_PER_RUN = ChunkCipher.MAX_CHUNKS_PER_RUN * Frame.MAX_DATA;

    private final SessionKeys keys;
    private final int keyOffset;
    private final ChunkNumbers numbers;

    ChunkSealer(SessionKeys keys, int keyOffset, long firstNumber) {
        this.keys = keys;
        this.keyOffset = keyOffset;
        this.numbers = new ChunkNumbers(firstNumber);
    }

    /**
     * Seals a run of data. Offsets are absolute; positions and limits don't move. The data isn't changed; the caller
     * wipes it.
     *
     * @param cipher the scratch space to work in; no other call may use it meanwhile
     * @param data the plaintext, heap or direct
     * @param dataOffset index of its first byte
     * @param dataLength how much there is, 1 to {@link #MAX_DATA_PER_RUN} bytes
     * @param frames takes the frames: a writable buffer, heap or direct, that doesn't overlap the data
     * @param framesOffset index of the first frame
     * @return the number of frames written, which is {@link ChunkCipher#chunks ChunkCipher.chunks(dataLength)}
     * @throws NonceExhaustedException if the run would pass the last number, 2<sup>64</sup>-1; nothing is sealed then
     * @throws IndexOutOfBoundsException if the data or the frames don't lie within the limits; nothing is sealed then
     * @throws IllegalArgumentException if the length is out of bounds; nothing is sealed then
     * @throws IllegalStateException if the session or its keys' memory is closed, also if the latter happens meanwhile;
     *     the frames hold no part of a chunk then
     */
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
}
