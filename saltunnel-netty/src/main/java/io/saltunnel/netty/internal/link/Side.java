package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.saltunnel.netty.internal.admission.FileBudget;
import io.saltunnel.netty.internal.order.ConnectOrder;
import io.saltunnel.netty.internal.transport.SocketOptions;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.metrics.TunnelEvents;
import io.saltunnel.netty.metrics.TunnelHoldings;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/** The parts of a tunnel that differ between a client and a server. One for each {@link Generation} of a tunnel. */
public interface Side {
    /**
     * Replaces the limits of an earlier side by those of this one. Connections beyond them stay open.
     *
     * @param before the earlier side
     * @param files takes what the tunnel needs
     */
    void limitAfter(Side before, FileBudget.Share files);

    /**
     * The logger of the tunnel.
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
     * Sets the socket options of a connection to the server or the target.
     *
     * @param sockets the configured options
     * @param connecting a channel that isn't connected yet
     */
    void setConnectingOptions(SocketOptions sockets, Channel connecting);

    /**
     * Sets the socket options of accepted connections.
     *
     * @param sockets the configured options
     * @param socket the listening channel if accepted ones inherit its options, otherwise an accepted one
     */
    void setAcceptedOptions(SocketOptions sockets, Channel socket);

    /**
     * Whether closing an accepted connection resets it from the start. On a server it does so only after the peer has
     * proved the key.
     *
     * @return true on a client
     */
    boolean acceptedCloseIsReset();

    /**
     * Makes the handler of the listening channel that decides when to accept.
     *
     * @param relayedBytes the bytes that the tunnel's connections have carried so far
     * @param events is told when accepting pauses and resumes
     * @param order gives each connection its turn
     * @return a new handler
     */
    ChannelHandler newAcceptHandler(LongSupplier relayedBytes, TunnelEvents events, ConnectOrder order);

    /**
     * Makes the link of an accepted connection.
     *
     * @param context the objects that all links share
     * @param accepted the connection
     * @param ended receives the link when it has ended
     * @return a link that has not begun
     */
    TunnelLink newLink(LinkContext context, Channel accepted, Consumer<? super TunnelLink> ended);

    /** The tunnel has ended, and has no link and no handler any more. */
    default void tunnelStopped() {}

    /**
     * Returns what the tunnel holds.
     *
     * @param links the number of links
     * @param buffers the tunnel's buffers
     * @return a snapshot
     */
    TunnelHoldings holdings(int links, LockedBufferAllocator buffers);
}
