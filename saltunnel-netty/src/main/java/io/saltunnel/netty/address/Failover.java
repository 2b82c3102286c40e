package io.saltunnel.netty.address;

/** In which order the servers of a client, or the targets of a server, are tried. Immutable: any thread may use it. */
public enum Failover {
    /** The first one that isn't resting after a failure, for every connection. */
    PRIORITY,
    /** Each connection begins with the next one that isn't resting after a failure. */
    ROUND_ROBIN
}
