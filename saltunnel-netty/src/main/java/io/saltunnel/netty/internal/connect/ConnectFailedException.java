package io.saltunnel.netty.internal.connect;

import io.saltunnel.netty.internal.log.Reason;
import java.io.IOException;
import java.io.Serial;

/** An outgoing connection failed; the message names the address and the reason. */
public final class ConnectFailedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    ConnectFailedException(String message) {
        super(message);
    }

    private ConnectFailedException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The failure of an attempt because of a defect, or because no memory is left. */
    static ConnectFailedException fault(Throwable cause) {
        return new ConnectFailedException("can't connect: a fault of the program: " + Reason.of(cause), cause);
    }
}
