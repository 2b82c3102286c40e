package io.saltunnel.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.internal.connect.Connector;
import io.saltunnel.netty.internal.handshake.HandshakeSettings;
import io.saltunnel.netty.internal.log.RateLimitedWarning;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.metrics.TunnelHoldings;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** The state that the links of one running tunnel share. */
abstract class TunnelRuntime {
    final Logger log;
    final HandshakeSettings handshakes;
    final Connector connector;
    final TunnelStages stages;
    final TunnelCounters counters = new TunnelCounters();
    final RateLimitedWarning connectWarning = new RateLimitedWarning();
    final RateLimitedWarning handshakeWarning = new RateLimitedWarning();
    final RateLimitedWarning stageError = new RateLimitedWarning();
    final Set<Link> links = ConcurrentHashMap.newKeySet();

    /** Runs after each link's end and checks for the tunnel's end. Null until the tunnel is told to stop. */
    private volatile @Nullable Runnable stop;

    TunnelRuntime(Logger log, HandshakeSettings handshakes, Connector connector, TunnelStages stages) {
        this.log = log;
        this.handshakes = handshakes;
        this.connector = connector;
        this.stages = stages;
    }

    /** Makes the handler of the listening channel that decides when to accept. */
    abstract ChannelHandler acceptHandler();

    abstract Link newLink(Channel accepted);

    final void accept(Channel accepted) {
        counters.accepted.increment();
        Link link = newLink(accepted);
        links.add(link);
        if (stop == null) {
            link.accept();
        } else { // it came too late for the code that stops the links
            link.turnAway();
        }
    }

    final void ended(Link link) {
        counters.ended.increment();
        links.remove(link);
        Runnable ifStopping = stop;
        if (ifStopping != null) {
            ifStopping.run();
        }
    }

    TunnelHoldings holdings(LockedBufferAllocator buffers) {
        return new TunnelHoldings(links.size(), 0, 0, 0, 0, buffers.buffersInUse(), buffers.mappedBytes());
    }

    /**
     * Allows no new links. All existing ones are in {@link #links} when this returns.
     *
     * @param onLinkEnded runs after each link's end from now on, on any event loop
     */
    final void stop(Runnable onLinkEnded) {
        stop = onLinkEnded;
    }

    static String nameOf(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? HostAndPort.of(inet).toString() : String.valueOf(address);
    }
}
