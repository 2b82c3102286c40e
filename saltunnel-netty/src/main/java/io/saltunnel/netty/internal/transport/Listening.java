package io.saltunnel.netty.internal.transport;

import io.netty.channel.Channel;
import io.saltunnel.netty.address.Endpoint;
import java.io.IOException;
import java.net.SocketAddress;

/**
 * The address that a tunnel listens on, from before its listening channel is bound until the channel is closed.
 *
 * <pre>
 *   prepare ──▶ bind ──┬── opened ──▶ the channel is closed
 *                      └── abandon
 * </pre>
 */
public sealed interface Listening permits TcpListening, SocketFile {
    /**
     * Finds or makes the address to bind to. Any thread; it may block for a look-up.
     *
     * @return an address that the transport understands
     * @throws IOException if there is no such address; the message is for the user
     */
    SocketAddress prepare() throws IOException;

    /**
     * Makes the address reachable for peers. Runs on the event loop of the listening channel.
     *
     * @param listener the channel, bound to the prepared address
     * @return the address that peers connect to
     * @throws IOException if no peer can connect; the message is for the user. The caller closes the channel, and calls
     *     {@link #abandon}
     */
    Endpoint opened(Channel listener) throws IOException;

    /** Undoes the preparation, if the address can't be bound to or opened. Any thread. */
    void abandon();
}
