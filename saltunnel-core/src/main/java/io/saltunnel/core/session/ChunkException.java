package io.saltunnel.core.session;

import io.saltunnel.core.crypto.ChunkFailure;

/**
 * A chunk that is refused: altered, out of order, or sealed by a peer that breaks the protocol. The tunnel has to be
 * aborted, so that nobody takes what came before for the whole. Carries no stack trace, since it tells of the peer and
 * not of this program. Immutable: any thread may look at it.
 */
public final class ChunkException extends Exception {

    private final ChunkFailure reason;
    private final long chunkNumber;
    private final int dataLength;

    ChunkException(ChunkFailure reason, long chunkNumber, int dataLength) {
        super("chunk " + Long.toUnsignedString(chunkNumber) + " " + text(reason), null, false, false);
        this.reason = reason;
        this.chunkNumber = chunkNumber;
        this.dataLength = dataLength;
    }

    /**
     * Why it was refused.
     *
     * @return the reason
     */
    public ChunkFailure reason() {
        return reason;
    }

    /**
     * Which chunk of its direction it was.
     *
     * @return the chunk's number, which is its nonce; unsigned
     */
    public long chunkNumber() {
        return chunkNumber;
    }

    /**
     * How much the chunks before it in the same run held. That much is authentic, and stands where the run was to be
     * opened to.
     *
     * @return bytes of data, 0 or more
     */
    public int dataLength() {
        return dataLength;
    }

    private static String text(ChunkFailure reason) {
        return switch (reason) {
            case BAD_TAG -> "was altered, or isn't the one due";
            case BAD_LENGTH -> "claims more data than a chunk can hold";
        };
    }
}
