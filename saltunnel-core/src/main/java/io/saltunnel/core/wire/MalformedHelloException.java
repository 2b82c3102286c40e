package io.saltunnel.core.wire;

/**
 * An authentic hello that this version can't read: its sender holds the long-term key, but speaks another version or
 * has a defect. It carries no stack trace, because the cause lies in the peer, not in this program. Immutable: any
 * thread may read it.
 */
public final class MalformedHelloException extends Exception {

    /** What is wrong with a hello, in the order of the checks. */
    public enum Reason {
        /** The first eight bytes aren't those of a version that is expected here. */
        WRONG_VERSION,
        /** A byte that must be zero isn't. */
        NONZERO_PADDING
    }

    private final Reason reason;

    MalformedHelloException(Reason reason) {
        super(reason.toString(), null, false, false);
        this.reason = reason;
    }

    /**
     * What was wrong.
     *
     * @return the first of the reasons that applies
     */
    public Reason reason() {
        return reason;
    }
}
