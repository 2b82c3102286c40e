package io.saltunnel.core.handshake;

/** Sees to it that a state of the handshake is left only once. */
final class SingleUse {

    private boolean used;

    /** Leaves the state, to go on or to fail. */
    void use() {
        if (!end()) {
            throw new IllegalStateException("this state of the handshake was left before");
        }
    }

    /** Leaves the state if it wasn't left before, and tells whether that was so. */
    boolean end() {
        boolean first = !used;
        used = true;
        return first;
    }
}
