package io.saltunnel.core.wire;

import java.io.Serial;

/**
 * The stream on the wire ended inside a frame: it was cut off, by accident or by someone between the peers. It carries
 * no stack trace, because the cause lies in the connection, not in this program. Immutable: any thread may read it.
 */
public final class TruncatedFrameException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception with the number of bytes that had arrived.
     *
     * @param received bytes of the frame that came, 1 to 511
     */
    public TruncatedFrameException(int received) {
        super(
                "the stream ended inside a frame, after " + received + " of its " + Frame.SIZE + " bytes",
                null,
                false,
                false);
    }
}
