package io.saltunnel.netty.internal.link;

/** An accepted connection and its outgoing one, as the tunnel sees them. */
public interface TunnelLink {
    /** Takes it up. On the accepted channel's event loop. */
    void accept();

    /** The tunnel is being stopped: resets the connection before it is set up. On the accepted channel's event loop. */
    void turnAway();

    /** Resets it unless it is joined. Any thread. */
    void resetUnlessJoined();

    /** Resets it. Any thread. */
    void reset();

    /** Ends it, since its event loop has ended. Any other thread. */
    void endWithoutItsLoop();
}
