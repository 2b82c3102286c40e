package io.saltunnel.core.handshake;

/**
 * Why a handshake failed, in the order of a receiver's checks. The cause is always the peer or its configuration.
 */
public enum HandshakeFailure {
    /**
     * The frame doesn't open: the peer has another long-term key, doesn't speak this protocol, or the frame was
     * altered.
     */
    BAD_TAG("it isn't sealed under our key: the peer has another key, or isn't a saltunnel peer"),
    /** The frame opens, but is of another version. */
    WRONG_VERSION("the peer speaks another version of the protocol"),
    /** Bytes that must be zero aren't. */
    NONZERO_PADDING("bytes that have to be zero aren't"),
    /** The clienthi is of a version that this server is configured not to accept. */
    UNACCEPTED_VERSION("it is of a version of the protocol that this server doesn't take"),
    /**
     * The clienthi's time is more than a day from ours, either way. The likely cause is an old recording, or a serverhi
     * that was sent back: its proof is where a clienthi has its time. A wrong clock is less likely.
     */
    IMPLAUSIBLE_TIME("its time is more than a day from this machine's: it is an old recording, or not a clienthi"
            + " at all, or a clock is set to another date"),
    /**
     * The clienthi is too old: the client's clock is wrong, the frame was held back, or it is older than the server
     * remembers.
     */
    STALE("it is too old"),
    /** The clienthi is from the future: the client's clock is wrong, or the server's. */
    FROM_FUTURE("it is from the future"),
    /** This very clienthi was accepted before. */
    REPLAYED("it was received before"),
    /** The clienthi is for a tunnel of another name, or for one without a name. Version 2. */
    WRONG_NAME("it is for a tunnel of another name"),
    /** A coefficient of the server's ML-KEM-768 encapsulation key is the modulus or more. Version 2. */
    UNREDUCED_KEY("its ML-KEM key isn't reduced"),
    /** The peer's ephemeral public key is a point of low order, with which no secret can be shared. */
    WEAK_PUBLIC_KEY("the peer's ephemeral key is a point of low order"),
    /** The serverhi opens, but its sender doesn't know the session keys: it is replayed or reflected. Version 1. */
    BAD_PROOF("its proof is wrong: it belongs to another connection");

    private final String text;

    HandshakeFailure(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
