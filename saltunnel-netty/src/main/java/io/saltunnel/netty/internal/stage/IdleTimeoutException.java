package io.saltunnel.netty.internal.stage;

import java.io.Serial;
import java.time.Duration;

/** A connection was reset because it was idle. */
final class IdleTimeoutException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    IdleTimeoutException(Duration timeout) {
        super("idle for " + timeout.toMillis() / 1000.0 + " s", null, false, false);
    }
}
