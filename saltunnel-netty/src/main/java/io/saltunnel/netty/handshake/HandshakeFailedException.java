package io.saltunnel.netty.handshake;

import io.saltunnel.core.handshake.HandshakeFailure;
import java.io.Serial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A handshake failed. It has no stack trace, because on a server every stranger's hello causes such an exception.
 * Immutable: any thread may read it.
 */
public final class HandshakeFailedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** The kind of failure: each calls for a different response. */
    public enum Reason {
        /** The peer's message was refused; {@link #failure()} says why. */
        REFUSED,
        /** The connection ended first: the peer, or a device in between, closed or reset it. */
        CLOSED,
        /** The time-out passed. */
        TIMED_OUT,
        /** This side could not continue: out of memory, no shared memory of replays, or a fault of its own. */
        FAULT
    }

    private final Reason reason;
    private final @Nullable HandshakeFailure failure;

    /**
     * Makes an exception. Only Saltunnel's handlers need this; embedders receive the exception.
     *
     * @param reason the kind of failure
     * @param failure why the peer's message was refused, for {@link Reason#REFUSED}; null for the other kinds
     * @param message one line for people
     * @param cause the exception that made the handshake fail, if there was one
     */
    public HandshakeFailedException(
            Reason reason, @Nullable HandshakeFailure failure, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.reason = reason;
        this.failure = failure;
    }

    /**
     * The kind of failure.
     *
     * @return the kind
     */
    public Reason reason() {
        return reason;
    }

    /**
     * The reason why the peer's message was refused.
     *
     * @return present only for {@link Reason#REFUSED}
     */
    public Optional<HandshakeFailure> failure() {
        return Optional.ofNullable(failure);
    }
}
