package io.saltunnel.core.handshake;

import java.util.OptionalLong;

/**
 * The peer failed the handshake. It carries no stack trace: a server creates one for every piece of junk that it
 * receives, and the cause lies in the peer, not in this program. The message is suitable for a log and holds no secret.
 * Immutable: any thread may read it.
 */
public final class HandshakeException extends Exception {

    private final HandshakeFailure failure;

    /** The peer's clock minus ours in seconds, if hasClockDifference. */
    private final long clockDifferenceSeconds;

    private final boolean hasClockDifference;

    private HandshakeException(
            HandshakeFailure failure, String message, boolean hasClockDifference, long clockDifferenceSeconds) {
        super(message, null, false, false);
        this.failure = failure;
        this.hasClockDifference = hasClockDifference;
        this.clockDifferenceSeconds = clockDifferenceSeconds;
    }

    static HandshakeException of(String frame, HandshakeFailure failure) {
        return new HandshakeException(failure, frame + " refused: " + failure.text(), false, 0);
    }

    static HandshakeException replayed(long clockDifferenceSeconds) {
        return new HandshakeException(
                HandshakeFailure.REPLAYED,
                "clienthi refused: " + HandshakeFailure.REPLAYED.text(),
                true,
                clockDifferenceSeconds);
    }

    /** Has no clock difference: an attacker with a recorded serverhi could make it any number. */
    static HandshakeException implausibleTime() {
        return of("clienthi", HandshakeFailure.IMPLAUSIBLE_TIME);
    }

    static HandshakeException beyondAllowance(long clockDifferenceSeconds, long allowedSeconds) {
        boolean behind = clockDifferenceSeconds < 0;
        return new HandshakeException(
                behind ? HandshakeFailure.STALE : HandshakeFailure.FROM_FUTURE,
                "clienthi refused: its time is " + difference(clockDifferenceSeconds) + " this machine's, and "
                        + allowedSeconds + " s are allowed; is a clock wrong?",
                true,
                clockDifferenceSeconds);
    }

    static HandshakeException belowFloor(long clockDifferenceSeconds, long floorDifferenceSeconds) {
        return new HandshakeException(
                HandshakeFailure.STALE,
                "clienthi refused: its time is " + difference(clockDifferenceSeconds)
                        + " this machine's, and this server, which has restarted or filled its memory for replays,"
                        + " goes back only to " + difference(floorDifferenceSeconds) + " it",
                true,
                clockDifferenceSeconds);
    }

    private static String difference(long seconds) {
        return Math.abs(seconds) + (seconds > 0 ? " s ahead of" : " s behind");
    }

    /**
     * Why the handshake failed.
     *
     * @return the first of the reasons that applies
     */
    public HandshakeFailure failure() {
        return failure;
    }

    /**
     * The difference between the peer's clock and ours. Present for {@link HandshakeFailure#STALE}, {@link
     * HandshakeFailure#FROM_FUTURE} and {@link HandshakeFailure#REPLAYED}. For a frame that was replayed or delayed, this
     * is its age.
     *
     * @return the frame's time minus our clock's, in seconds; positive if the peer is ahead
     */
    public OptionalLong clockDifferenceSeconds() {
        return hasClockDifference ? OptionalLong.of(clockDifferenceSeconds) : OptionalLong.empty();
    }
}
