package io.saltunnel.core.session;

import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;

/**
 * Opens one direction of a tunnel (steps C4 and S4 of {@code docs/PROTOCOL.md}): whole runs of chunks become whole runs
 * of data, in order and without a gap. After the first refused chunk it opens nothing more, because there is no way to
 * continue past it. In version 2 it follows key changes, and recognises the end.
 *
 * <p>Belongs to a {@link Session}, and is unusable once that session is closed. One thread at a time.
 */
public sealed interface ChunkOpener permits CheckedOpener {

    /**
     * Opens a run of chunks. Only data of chunks whose tags were verified is written; padding is ignored. Offsets are
     * absolute; positions and limits don't move. The caller wipes the data.
     *
     * @param cipher the scratch space to work in; no other call may use it meanwhile
     * @param frames the sealed chunks, heap or direct
     * @param framesOffset index of the first
     * @param frameCount the number of frames, 1 to {@link ChunkCipher#MAX_CHUNKS_PER_RUN}
     * @param data takes the data: a writable buffer with room for {@value Frame#MAX_DATA} bytes per frame, which either
     *     doesn't overlap the frames or is the same buffer at the same offset
     * @param dataOffset index of the first byte of data
     * @return the number of bytes opened, 0 or more
     * @throws ChunkException if a chunk is refused; it says how much data the chunks before it held. A chunk after the
     *     end is refused with {@link io.saltunnel.core.crypto.ChunkFailure#AFTER_END}: the end itself remains valid,
     *     and {@link #hasEnded()} returns true
     * @throws NonceExhaustedException if the run would pass the last number, 2<sup>64</sup>-1; neither this call nor a
     *     later one opens anything then
     * @throws IndexOutOfBoundsException if the frames or the data don't lie within the limits; nothing is opened then
     * @throws IllegalArgumentException if the count is out of bounds; nothing is opened then
     * @throws IllegalStateException if a chunk was refused before, the session is closed, or its keys' memory is closed
     *     before or during the call; no data is left behind then
     */
    int open(ChunkCipher cipher, ByteBuffer frames, int framesOffset, int frameCount, ByteBuffer data, int dataOffset)
            throws ChunkException;

    /**
     * Whether the end of this direction was opened: all data that the peer sent has been delivered, and its key is
     * wiped.
     *
     * @return always false in version 1, where TCP's FIN is the end
     */
    boolean hasEnded();
}
