package io.saltunnel.netty.internal.link;

/** An accepted connection and its outgoing one, as the tunnel sees them. */
public interface TunnelLink {
    /** Begins the link. On the accepted channel's event loop. */
    void accept();

    /**
     * Resets the connection before it is set up, because the tunnel is being stopped. On the accepted channel's event
     * loop.
     */
    void turnAway();

    /** Resets the connections unless they are joined. Any thread. */
    void resetUnlessJoined();

    /** Resets the connections. Any thread. */
    void reset();

    /** Resets the connections if the key that was proved is revoked. Any thread. */
    void resetIfRevoked();

    /** Ends the link after its event loop has ended. Any thread other than that loop's. */
    void endWithoutItsLoop();
}
