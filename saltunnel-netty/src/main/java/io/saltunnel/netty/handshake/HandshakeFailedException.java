package io.saltunnel.netty.handshake;

import io.saltunnel.core.handshake.HandshakeFailure;
import java.io.Serial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A handshake that did not succeed. It has no stack trace: on a server, every stranger's hello makes one. Immutable:
 * any thread may look at it.
 */
public final class HandshakeFailedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    /** What went wrong, in the three kinds that ask for three different answers, and time. */
    public enum Reason {
        /** What the peer sent was refused; {@link #refusal()} says why. */
        REFUSED,
        /** The connection ended first: the peer, or something in between, closed or reset it. */
        CLOSED,
        /** Time ran out. */
        TIMED_OUT,
        /** This side could not go on: out of memory, or a fault of its own. */
        FAULT
    }

    private final Reason reason;
    private final @Nullable HandshakeFailure refusal;

    /**
     * Says what went wrong. For the handlers; embedders receive it.
     *
     * @param reason the kind of failure
     * @param refusal why the peer's message was refused, for {@link Reason#REFUSED}; null for the other kinds
     * @param message one line for people
     * @param cause what made the handshake fail, if it was another exception
     */
    public HandshakeFailedException(
            Reason reason, @Nullable HandshakeFailure refusal, String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.reason = reason;
        this.refusal = refusal;
    }

    /**
     * Which kind of failure it was.
     *
     * @return the kind
     */
    public Reason reason() {
        return reason;
    }

    /**
     * Why the peer's message was refused.
     *
     * @return present for {@link Reason#REFUSED} alone
     */
    public Optional<HandshakeFailure> refusal() {
        return Optional.ofNullable(refusal);
    }
}
