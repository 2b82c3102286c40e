package io.saltunnel.netty.internal.link;

/**
 * How far a connection has come. Each side takes the steps that it needs:
 *
 * <pre>
 *   client   ACCEPTED ─▶ CONNECTING ─▶ UNAUTHENTICATED ─▶ JOINED ─▶ ENDED
 *                           ▲                 │ failed, and there is another server
 *                           └─────────────────┘
 *
 *   server   ACCEPTED ─▶ UNAUTHENTICATED ─▶ GREETED ─▶ PROVED ─▶ WAITING_FOR_SLOT ─▶ CONNECTING ─▶ JOINED ─▶ ENDED
 * </pre>
 *
 * <p>Every step may be followed by ENDED, and every step before JOINED by FAILED.
 */
enum Progress {
    /**
     * The pipeline is being assembled, or a stage holds the connection back. On a client, it may also wait for its turn
     * to connect.
     */
    ACCEPTED,
    /** The peer on the wire side has proved nothing yet. */
    UNAUTHENTICATED,
    /** The client's hello was admitted. */
    GREETED,
    /** The client has proved the key, and waits for its turn. */
    PROVED,
    /** The connection waits for a slot, or one is granted. */
    WAITING_FOR_SLOT,
    /** The outgoing connection is being made. */
    CONNECTING,
    /** Data flows. */
    JOINED,
    /** The connection can't be joined any more. A silent server keeps it open until the deadline. */
    FAILED,
    /** Both channels are closed or closing. */
    ENDED
}
