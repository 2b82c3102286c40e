package io.saltunnel.core.session;

import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import java.util.OptionalLong;

/**
 * Seals one direction of a tunnel (steps C4 and S4 of {@code docs/PROTOCOL.md}): whole runs of data become whole runs
 * of chunks, numbered without a gap. A number is spent as soon as a run begins and is never reused, so that no two
 * chunks can share one, even after a failure.
 *
 * <p>The versions differ:
 *
 * <table>
 * <caption>By version</caption>
 * <tr><th></th><th>version 1</th><th>version 2</th></tr>
 * <tr><td>the end</td><td>TCP's FIN alone; {@link #sealEnd} seals just the data</td><td>a last chunk</td></tr>
 * <tr><td>padding</td><td>none</td><td>chunks without data</td></tr>
 * <tr><td>the key</td><td>one</td><td>changes by itself within what is sealed, and when
 * {@link #nanosUntilKeyChange()} says so; the old key is wiped at once</td></tr>
 * </table>
 *
 * <p>Offsets are absolute; positions and limits don't move. Data isn't changed; the caller wipes it. Belongs to a
 * {@link Session}, and is unusable once that session is closed. One thread at a time.
 */
public sealed interface ChunkSealer permits ChunkSealerV1, ChunkSealerV2 {

    /** The most data that one call takes, in bytes. */
    int MAX_DATA_PER_RUN = ChunkCipher.MAX_CHUNKS_PER_RUN * Frame.MAX_DATA;

    /**
     * Seals a run of data.
     *
     * @param cipher the scratch space to work in; no other call may use it meanwhile
     * @param data the plaintext, heap or direct
     * @param dataOffset index of its first byte
     * @param dataLength its length, 1 to {@link #MAX_DATA_PER_RUN} bytes
     * @param frames takes the frames: a writable buffer, heap or direct, that doesn't overlap the data
     * @param framesOffset index of the first frame
     * @return the number of frames written, which is {@link ChunkCipher#chunks ChunkCipher.chunks(dataLength)}
     * @throws NonceExhaustedException if the run would pass the last number, 2<sup>64</sup>-1; nothing is sealed then
     * @throws IndexOutOfBoundsException if the data or the frames don't lie within the limits; nothing is sealed then
     * @throws IllegalArgumentException if the length is out of bounds; nothing is sealed then
     * @throws IllegalStateException if the end was sealed before, the session is closed, or its keys' memory is closed
     *     before or during the call; the frames hold no part of a chunk then
     */
    int seal(ChunkCipher cipher, ByteBuffer data, int dataOffset, int dataLength, ByteBuffer frames, int framesOffset);

    /**
     * Seals the last run of this direction, with its end. Call it only if the sender's plaintext side has ended its
     * stream: an aborted connection has no end. In version 2 the direction's key is wiped before this returns.
     *
     * @param cipher the scratch space to work in; no other call may use it meanwhile
     * @param data the plaintext, heap or direct
     * @param dataOffset index of its first byte
     * @param dataLength its length, 0 to {@link #MAX_DATA_PER_RUN} bytes
     * @param frames takes the frames: a writable buffer, heap or direct, that doesn't overlap the data
     * @param framesOffset index of the first frame
     * @return the number of frames written, which is {@link #endFrames endFrames(dataLength)}
     * @throws NonceExhaustedException if the run would pass the last number, 2<sup>64</sup>-1; nothing is sealed then
     * @throws IndexOutOfBoundsException if the data or the frames don't lie within the limits; nothing is sealed then
     * @throws IllegalArgumentException if the length is out of bounds; nothing is sealed then
     * @throws IllegalStateException if the end was sealed before, the session is closed, or its keys' memory is closed
     *     before or during the call; the frames hold no part of a chunk then
     */
    int sealEnd(
            ChunkCipher cipher, ByteBuffer data, int dataOffset, int dataLength, ByteBuffer frames, int framesOffset);

    /**
     * How many frames {@link #sealEnd} writes.
     *
     * @param dataLength bytes of data, 0 to {@link #MAX_DATA_PER_RUN}
     * @return in version 2 at least 1; in version 1 none without data
     */
    int endFrames(int dataLength);

    /**
     * Seals a run of a given number of chunks: data, and padding behind it. Padding is zeros, of which the receiver
     * delivers nothing. A chunk of padding takes about as long as one of data. If a change of keys is due, the run
     * carries it.
     *
     * @param cipher the scratch space to work in; no other call may use it meanwhile
     * @param data the plaintext, heap or direct
     * @param dataOffset index of its first byte
     * @param dataLength its length, 0 to {@code frameCount} · 494 bytes
     * @param frames takes the frames: a writable buffer, heap or direct, that doesn't overlap the data
     * @param framesOffset index of the first frame
     * @param frameCount the number of frames, 1 to {@link ChunkCipher#MAX_CHUNKS_PER_RUN}
     * @throws NonceExhaustedException if the run would pass the last number, 2<sup>64</sup>-1; nothing is sealed then
     * @throws IndexOutOfBoundsException if the data or the frames don't lie within the limits; nothing is sealed then
     * @throws IllegalArgumentException if the length or the count is out of bounds; nothing is sealed then
     * @throws IllegalStateException in version 1, which has no padding; if the end was sealed before; if the session is
     *     closed; or if its keys' memory is closed before or during the call. The frames hold no part of a chunk then
     */
    void sealPadded(
            ChunkCipher cipher,
            ByteBuffer data,
            int dataOffset,
            int dataLength,
            ByteBuffer frames,
            int framesOffset,
            int frameCount);

    /**
     * How long the current key may still be used. When the time is up, the next call that seals changes the key. If
     * nothing is to be sent then, the caller {@linkplain #sealPadded seals padding}.
     *
     * @return nanoseconds, 0 or less if the change is due; empty if the key has sealed nothing yet, or never changes
     */
    OptionalLong nanosUntilKeyChange();
}
