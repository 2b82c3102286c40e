package io.saltunnel.netty.handshake;

/** What a server does with a connection whose handshake has failed. */
public enum Refusal {
    /**
     * Nothing, until a deadline that is the same whatever was wrong: it reads and drops what still comes, then ends the
     * connection. So a prober learns neither that this is Saltunnel nor what was wrong with what it sent, and the
     * channel stays open for as long. Needs {@code ALLOW_HALF_CLOSURE} to hide even from a prober that ends its own
     * stream first.
     */
    SILENT,
    /** Closes the connection at once. */
    CLOSE
}
