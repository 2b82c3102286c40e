package io.saltunnel.netty.handshake;

import io.saltunnel.core.handshake.HandshakeException;
import io.saltunnel.core.handshake.HandshakeFailure;
import java.io.Serial;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A handshake that did not succeed. It has no stack trace: on a server, every stranger's hello makes one. */
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

    private HandshakeFailedException(
            Reason reason, @Nullable HandshakeFailure refusal, @Nullable String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
        this.reason = reason;
        this.refusal = refusal;
    }

    static HandshakeFailedException refused(HandshakeException refusal) {
        return new HandshakeFailedException(Reason.REFUSED, refusal.failure(), refusal.getMessage(), refusal);
    }

    static HandshakeFailedException closed(@Nullable Throwable cause) {
        String why = cause == null ? "" : ": " + cause.getMessage();
        return new HandshakeFailedException(
                Reason.CLOSED, null, "the connection ended during the handshake" + why, cause);
    }

    static HandshakeFailedException timedOut(long millis) {
        return new HandshakeFailedException(
                Reason.TIMED_OUT, null, "no handshake within " + millis / 1000.0 + " s", null);
    }

    static HandshakeFailedException fault(Throwable cause) {
        return new HandshakeFailedException(Reason.FAULT, null, cause.toString(), cause);
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
