package io.saltunnel.netty.internal.stage;

import java.io.IOException;
import java.io.Serial;

/** A connection doesn't begin with a PROXY protocol header that can be accepted. */
final class ProxyHeaderException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    ProxyHeaderException(String message) {
        super(message);
    }

    /** Costs no stack trace: strangers can cause it. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
