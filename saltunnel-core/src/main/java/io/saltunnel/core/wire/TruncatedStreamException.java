package io.saltunnel.core.wire;

import java.io.Serial;

/**
 * The connection ended without the authenticated end of the peer's stream, which version 2 of the protocol demands: the
 * peer was interrupted, or somebody between the peers cut the stream off. What was received before is authentic, but
 * isn't the whole. It carries no stack trace, because the cause lies in the connection, not in this program. Immutable:
 * any thread may read it.
 */
public final class TruncatedStreamException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Makes an exception. */
    public TruncatedStreamException() {
        super("the connection ended, but the peer had not ended its stream", null, false, false);
    }
}
