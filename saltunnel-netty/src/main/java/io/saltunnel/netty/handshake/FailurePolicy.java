package io.saltunnel.netty.handshake;

/** A server's treatment of a connection whose handshake has failed. */
public enum FailurePolicy {
    /**
     * Does nothing visible until a deadline, which is the same for every fault. The server reads and drops further
     * input, then ends the connection. So a prober learns neither that this is Saltunnel nor what was wrong with its
     * input. The channel stays open until the deadline. To hide even from a prober that ends its own stream first, the
     * channel needs {@code ALLOW_HALF_CLOSURE}.
     */
    SILENT,
    /** Closes the connection at once. */
    CLOSE
}
