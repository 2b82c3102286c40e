package io.saltunnel.core.handshake;

/** Ensures that a state of the handshake is left only once. */
final class SingleUse {

    private boolean used;

    /** Leaves the state, to advance or to fail. */
    void use() {
        if (!end()) {
            throw new IllegalStateException("this state of the handshake was left before");
        }
    }

    /** Leaves the state. Returns false if it was left before. */
    boolean end() {
        boolean first = !used;
        used = true;
        return first;
    }
}
