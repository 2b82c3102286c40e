package io.saltunnel.netty.internal.relay;

/** What the system knows about data that was sent. */
enum Delivery {
    /** The peer's system has all of it. */
    DONE,
    UNDER_WAY,
    /** The transport can't tell. */
    UNKNOWN
}
