package io.saltunnel.netty.internal.connect;

import java.io.IOException;
import java.io.Serial;

/** An outgoing connection failed; the message names the address and the reason. */
public final class ConnectFailedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    ConnectFailedException(String message) {
        super(message);
    }
}
