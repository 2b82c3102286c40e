package io.saltunnel.netty.internal.link;

import io.saltunnel.core.handshake.HandshakeFailure;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import java.util.Optional;

/** The reasons for which a server refuses peers, in a few words each. */
final class RefusalReasons {
    private RefusalReasons() {}

    /**
     * Names the reason. Empty if the server didn't refuse the peer: a peer that leaves by itself, such as a health
     * check, isn't refused.
     */
    static Optional<String> of(HandshakeFailedException failure) {
        return switch (failure.reason()) {
            case REFUSED ->
                Optional.of(failure.failure().map(RefusalReasons::words).orElse("a malformed handshake"));
            case TIMED_OUT -> Optional.of("no handshake in time");
            case CLOSED, FAULT -> Optional.empty();
        };
    }

    private static String words(HandshakeFailure failure) {
        return switch (failure) {
            case BAD_TAG -> "another key";
            case WRONG_VERSION, UNACCEPTED_VERSION -> "another version of the protocol";
            case IMPLAUSIBLE_TIME -> "an old recording or a wrong date";
            case STALE -> "a clock behind";
            case FROM_FUTURE -> "a clock ahead";
            case REPLAYED -> "a replay";
            case WRONG_NAME -> "another name";
            case NONZERO_PADDING, UNREDUCED_KEY, WEAK_PUBLIC_KEY, BAD_PROOF -> "a malformed handshake";
        };
    }
}
