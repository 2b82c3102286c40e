package io.saltunnel.core.wire;

import java.io.Serial;

/**
 * The connection ended without the authenticated end of the peer's stream, which version 2 of the protocol demands: the
 * peer aborted or lost the connection, or an attacker on the path cut it. The data received before is authentic and in
 * order, but incomplete. It carries no stack trace, because the cause lies in the connection, not in this program.
 * Immutable: any thread may read it.
 */
public final class TruncatedStreamException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Makes an exception with a fixed message, no cause and no stack trace. */
    public TruncatedStreamException() {
        super("the connection ended, but the peer had not ended its stream", null, false, false);
    }
}
