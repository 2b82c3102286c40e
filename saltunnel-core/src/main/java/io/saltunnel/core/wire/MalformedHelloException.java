package io.saltunnel.core.wire;

/**
 * An authentic hello that this version can't read: its sender holds the long-term key, and speaks another version or
 * has a defect. Carries no stack trace, since it tells of the peer and not of this program. Immutable: any thread may
 * look at it.
 */
public final class MalformedHelloException extends Exception {

    /** What is wrong with a hello, in the order in which it is looked for. */
    public enum Reason {
        /** The first eight bytes aren't this version's. */
        WRONG_VERSION,
        /** A byte that has to be zero isn't. */
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
