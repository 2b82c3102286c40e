package io.saltunnel.core.wire;

import java.io.Serial;

/**
 * The wire's stream ended inside a frame: it was cut off, by accident or by somebody in between. Carries no stack
 * trace, since it tells of the connection and not of this program. Immutable: any thread may look at it.
 */
public final class TruncatedFrameException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Says how much had arrived.
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
