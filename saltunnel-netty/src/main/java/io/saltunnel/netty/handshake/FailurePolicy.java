package io.saltunnel.netty.handshake;

/** A server's treatment of a connection whose handshake has failed. */
public enum FailurePolicy {
    /**
     * Nothing until a deadline, which is the same for every fault: the server reads and drops further input, then ends
     * the connection. So a prober learns neither that this is Saltunnel nor what was wrong with its input, and the
     * channel stays open until then. Needs {@code ALLOW_HALF_CLOSURE} to hide even from a prober that ends its own
     * stream first.
     */
    SILENT,
    /** Closes the connection at once. */
    CLOSE
}
