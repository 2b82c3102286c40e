package io.saltunnel.netty.metrics;

import io.saltunnel.core.key.KeyLabel;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.replay.ReplayMemory;
import io.saltunnel.netty.stage.ConnectionSummary;

/**
 * Listens to the events of a tunnel. Every method does nothing unless it is overridden.
 *
 * <pre>
 *   client   accepted ── proved ── joined ── ended        connectFailed or handshakeFailed, then ended;
 *                                                         handshakeFailed for each server replaced by another
 *
 *   server   accepted ── proved ── joined ── ended        handshakeFailed (after evicted, if that was why),
 *                                                         slotRefused or connectFailed, then ended
 * </pre>
 *
 * <p>Threads: the tunnel's event loops call the listener, several at the same time. A method must be quick and must not
 * block. The events of one connection come in order, on its event loop. An exception from a listener is logged, and
 * harms neither the connection nor other listeners. Times are numbers of nanoseconds, so that a call creates no object.
 */
public interface TunnelEvents {
    /** A connection was accepted. {@link #ended} follows. */
    default void accepted() {}

    /**
     * A handshake failed. On a server the connection may stay open, silently, until its deadline. A client with
     * several servers may try another one: then this is called again, or {@link #connectFailed} or {@link #proved}
     * follows.
     *
     * @param cause why, with a typed reason
     */
    default void handshakeFailed(HandshakeFailedException cause) {}

    /**
     * On a server, a connection that has not proved the key was evicted for newer ones. {@link #handshakeFailed}
     * follows.
     */
    default void evicted() {}

    /**
     * The peer has proved the key.
     *
     * @param handshakeNanos the time this took: on a client since it connected to the server, on a server since it
     *     accepted the connection
     */
    default void proved(long handshakeNanos) {}

    /**
     * The same event, with the key. A listener overrides one of the two methods.
     *
     * @param handshakeNanos the time for that, as in {@link #proved(long)}
     * @param key the key that was proved
     */
    default void proved(long handshakeNanos, KeyLabel key) {
        proved(handshakeNanos);
    }

    /**
     * On a server that shares its memory of replays, that memory was asked about a hello.
     *
     * @param answer its answer
     * @param nanos how long the answer took
     */
    default void replayMemoryAsked(ReplayMemory.Answer answer, long nanos) {}

    /** On a server, no slot became free in time for a client that had proved the key. */
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
     * A connection has ended, in any way.
     *
     * @param summary how, after how long, and how many bytes it carried
     */
    default void ended(ConnectionSummary summary) {}

    /**
     * The tunnel has paused accepting connections: a client is at its cap, a server waits for its event loops or for
     * its budget, or the system could not accept. Further connections wait in the system's queue. Under load a server
     * calls this up to a thousand times a second.
     */
    default void acceptingPaused() {}

    /** The tunnel accepts connections again. */
    default void acceptingResumed() {}

    /**
     * A share of the memory for buffers is used up, so that a connection has to wait. Called at each request that finds
     * no memory.
     */
    default void outOfBuffers() {}
}
