package io.saltunnel.netty.metrics;

import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.stage.ConnectionSummary;

/**
 * Listens to what happens in a tunnel, when and where it happens. Every method does nothing unless it is overridden.
 *
 * <pre>
 *   client   accepted ── proved ── joined ── ended        connectFailed or handshakeFailed, then ended
 *
 *   server   accepted ── proved ── joined ── ended        handshakeFailed (after evicted, if that was why),
 *                                                         slotRefused or connectFailed, then ended
 * </pre>
 *
 * <p>Threads: the tunnel's event loops call it, several at a time; a method must be quick and must not block. The events
 * of one connection come in order, on its event loop. An exception from a listener is logged, and harms neither the
 * connection nor other listeners. Times are in nanoseconds, so that a call makes no object.
 */
public interface TunnelEvents {
    /** A connection was accepted. {@link #ended} follows. */
    default void accepted() {}

    /**
     * A handshake failed. On a server the connection may stay open, silently, until its deadline.
     *
     * @param cause why, with a typed reason
     */
    default void handshakeFailed(HandshakeFailedException cause) {}

    /** Of a server: a connection that has not proved the key makes room for newer ones. {@link #handshakeFailed} follows. */
    default void evicted() {}

    /**
     * The peer has proved the key.
     *
     * @param handshakeNanos the time for that: of a client since it connected to the server, of a server since it
     *     accepted the connection
     */
    default void proved(long handshakeNanos) {}

    /** Of a server: no slot was free, nor became free in time, for a client that had proved the key. */
    default void slotRefused() {}

    /**
     * The outgoing connection could not be made.
     *
     * @param cause why; its message names the address
     */
    default void connectFailed(Throwable cause) {}

    /**
     * Both connections are made, and data flows.
     *
     * @param setupNanos the time since the connection was accepted
     */
    default void joined(long setupNanos) {}

    /**
     * A connection has ended, whatever became of it.
     *
     * @param summary how, after how long, and how many bytes it carried
     */
    default void ended(ConnectionSummary summary) {}

    /**
     * The tunnel accepts no connections for the moment: a client has as many as it may have, a server waits for its
     * event loops or for its budget, or the system could not accept. Further ones wait in the system's queue. Under
     * load a server tells this up to a thousand times a second.
     */
    default void acceptingPaused() {}

    /** The tunnel accepts connections again. */
    default void acceptingResumed() {}

    /**
     * A share of the memory for buffers is used up, and something has to wait for it. Told again as often as it is asked
     * for in vain.
     */
    default void outOfBuffers() {}
}
