package io.saltunnel.netty.internal.transport;

import io.netty.channel.Channel;
import io.saltunnel.netty.address.Endpoint;
import java.io.IOException;
import java.net.SocketAddress;

/**
 * What a tunnel listens on, from before its listening channel is bound until it is closed.
 *
 * <pre>
 *   prepare ──▶ bind ──┬── opened ──▶ the channel is closed
 *                      └── abandon
 * </pre>
 */
public sealed interface Listening permits TcpListening, SocketFile {
    /**
     * Finds or makes the address to bind to. On any thread, which may wait for a look-up.
     *
     * @return an address that the transport understands
     * @throws IOException if there is none; the message is for the user
     */
    SocketAddress prepare() throws IOException;

    /**
     * Lets peers in. On the event loop of the listening channel.
     *
     * @param listener bound to the prepared address
     * @return where peers connect to
     * @throws IOException if none can; the message is for the user. The caller closes the channel, and abandons this
     */
    Endpoint opened(Channel listener) throws IOException;

    /** Undoes the preparation, if the address can't be bound to or opened. Any thread. */
    void abandon();
}
