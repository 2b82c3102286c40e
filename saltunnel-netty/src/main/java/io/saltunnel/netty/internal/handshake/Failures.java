package io.saltunnel.netty.internal.handshake;

import io.saltunnel.core.handshake.HandshakeException;
import io.saltunnel.core.handshake.HandshakeFailure;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.handshake.HandshakeFailedException.Reason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Makes the exceptions for failed handshakes, with messages for the user. */
final class Failures {
    private Failures() {}

    static HandshakeFailedException refused(HandshakeException refusal) {
        return new HandshakeFailedException(
                Reason.REFUSED, refusal.failure(), String.valueOf(refusal.getMessage()), refusal);
    }

    static HandshakeFailedException closed(@Nullable Throwable cause) {
        String why = cause == null ? "" : ": " + words(cause);
        return new HandshakeFailedException(
                Reason.CLOSED, null, "the connection ended during the handshake" + why, cause);
    }

    static HandshakeFailedException notConnected(Throwable cause) {
        return new HandshakeFailedException(Reason.CLOSED, null, "the connection was not made: " + words(cause), cause);
    }

    static HandshakeFailedException evicted() {
        return new HandshakeFailedException(
                Reason.CLOSED, null, "the connection had to make room for newer ones during the handshake", null);
    }

    static HandshakeFailedException timedOut(Duration timeout) {
        return new HandshakeFailedException(
                Reason.TIMED_OUT, null, "no handshake within " + timeout.toMillis() / 1000.0 + " s", null);
    }

    /** A message that would follow serverhi has come before it: somebody sends a recording. */
    static HandshakeFailedException early() {
        return new HandshakeFailedException(
                Reason.REFUSED, HandshakeFailure.BAD_TAG, "message0 refused: it came before serverhi was sent", null);
    }

    static HandshakeFailedException notRemembered(Throwable cause) {
        return new HandshakeFailedException(
                Reason.FAULT, null, "the shared memory of replays can't be asked: " + words(cause), cause);
    }

    static HandshakeFailedException fault(Throwable cause) {
        return new HandshakeFailedException(Reason.FAULT, null, "a fault of the program: " + words(cause), cause);
    }

    private static String words(Throwable cause) {
        return io.saltunnel.netty.internal.log.Reason.of(cause);
    }
}
