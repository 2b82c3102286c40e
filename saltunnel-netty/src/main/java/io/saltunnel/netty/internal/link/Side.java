package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.metrics.TunnelHoldings;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;

/** What differs between a client and a server. One for each running tunnel. */
public interface Side {
    /** Where what happens is logged. */
    Logger log();

    /** The longest time for a handshake, from connecting on. */
    Duration handshakeTimeout();

    /**
     * Makes the handler of the listening channel that decides when to accept.
     *
     * @param context what all links share
     */
    ChannelHandler newAcceptHandler(LinkContext context);

    /**
     * Makes the link of an accepted connection.
     *
     * @param context what all links share
     * @param accepted the connection
     * @param ended is told the link when it has ended
     */
    TunnelLink newLink(LinkContext context, Channel accepted, Consumer<? super TunnelLink> ended);

    /**
     * What the tunnel holds.
     *
     * @param links the number of links
     * @param buffers the tunnel's buffers
     */
    TunnelHoldings holdings(int links, LockedBufferAllocator buffers);
}
