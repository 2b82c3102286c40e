package io.saltunnel.core.session;

import io.saltunnel.core.crypto.ChunkFailure;

/**
 * A chunk was refused: it was altered, out of order, or sealed by a peer that breaks the protocol. The tunnel must be
 * aborted, so that the data before it isn't taken for the whole stream. It carries no stack trace, because the
 * cause lies in the peer, not in this program. Immutable: any thread may read it.
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
     * The number of the refused chunk in its direction.
     *
     * @return the chunk's number, which is its nonce; unsigned
     */
    public long chunkNumber() {
        return chunkNumber;
    }

    /**
     * How much data the chunks before it in the same run held. That data is authentic, and has been written to the
     * run's target.
     *
     * @return bytes of data, 0 or more
     */
    public int dataLength() {
        return dataLength;
    }

    private static String text(ChunkFailure reason) {
        return switch (reason) {
            case BAD_TAG -> "was altered, or isn't the one due";
            case RESERVED_BITS -> "has bits set that have no meaning";
            case BAD_LENGTH -> "claims more data than a chunk can hold";
            case END_AND_REKEY -> "is the last one, and yet announces a new key";
            case AFTER_END -> "comes after the end";
        };
    }
}
