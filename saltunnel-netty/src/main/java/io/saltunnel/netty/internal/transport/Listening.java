package io.saltunnel.netty.internal.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.saltunnel.netty.address.Endpoint;
import java.io.IOException;

/**
 * The address that a tunnel listens on, from before its listening channel exists until the channel is closed.
 *
 * <pre>
 *   listen ──┬── opened ──▶ the channel is closed
 *            └── abandon
 * </pre>
 */
public sealed interface Listening permits TcpListening, SocketFile, InheritedListening {
    /**
     * The address as configured.
     *
     * @return the endpoint
     */
    Endpoint endpoint();

    /**
     * Whether accepted connections are UNIX domain sockets.
     *
     * @return false for TCP
     */
    boolean isUnix();

    /**
     * Whether the socket continues to listen after the channel is closed, because another process has it open.
     *
     * @return whether connections wait there for the next tunnel, instead of being refused
     */
    default boolean outlivesTunnel() {
        return false;
    }

    /**
     * Makes a channel that listens. Any thread; it may block for a look-up.
     *
     * @param bootstrap has the channel's handlers and options
     * @return completes when the channel listens, or fails
     * @throws IOException if there is no such address; the message is for the user
     */
    ChannelFuture listen(ServerBootstrap bootstrap) throws IOException;

    /**
     * Makes the address reachable for peers. Runs on the event loop of the listening channel.
     *
     * @param listener the channel that listens
     * @return the address that peers connect to
     * @throws IOException if no peer can connect; the message is for the user. The caller closes the channel, and calls
     *     {@link #abandon}
     */
    Endpoint opened(Channel listener) throws IOException;

    /** Undoes the preparation, if the address can't be bound to or opened. Any thread. */
    void abandon();
}
