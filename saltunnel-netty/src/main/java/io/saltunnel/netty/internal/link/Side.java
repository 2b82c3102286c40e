package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.saltunnel.netty.internal.transport.SocketOptions;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.metrics.TunnelHoldings;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;

/** What differs between a client and a server. One for each running tunnel. */
public interface Side {
    /**
     * Where what happens is logged.
     *
     * @return a logger
     */
    Logger log();

    /**
     * The longest time for a handshake, from connecting or accepting on.
     *
     * @return more than zero
     */
    Duration handshakeTimeout();

    /**
     * Sets what a connection to the server or the target needs of the system.
     *
     * @param sockets the options asked for
     * @param connecting not connected yet
     */
    void setConnectingOptions(SocketOptions sockets, Channel connecting);

    /**
     * Sets what accepted connections need of the system.
     *
     * @param sockets the options asked for
     * @param socket the listening channel if accepted ones inherit its options, otherwise an accepted one
     */
    void setAcceptedOptions(SocketOptions sockets, Channel socket);

    /**
     * Whether closing an accepted connection resets it from the start. A server's peer must prove the key before.
     *
     * @return true on a client
     */
    boolean acceptedCloseIsReset();

    /**
     * Makes the handler of the listening channel that decides when to accept.
     *
     * @param context what all links share
     * @return a new handler
     */
    ChannelHandler newAcceptHandler(LinkContext context);

    /**
     * Makes the link of an accepted connection.
     *
     * @param context what all links share
     * @param accepted the connection
     * @param ended is told the link when it has ended
     * @return a link that has not begun
     */
    TunnelLink newLink(LinkContext context, Channel accepted, Consumer<? super TunnelLink> ended);

    /**
     * What the tunnel holds.
     *
     * @param links the number of links
     * @param buffers the tunnel's buffers
     * @return figures of this moment
     */
    TunnelHoldings holdings(int links, LockedBufferAllocator buffers);
}
