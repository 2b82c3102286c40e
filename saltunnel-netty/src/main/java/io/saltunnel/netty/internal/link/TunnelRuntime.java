package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.metrics.TunnelHoldings;
import io.saltunnel.netty.metrics.TunnelStats;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A running tunnel: its side, and the links of the connections that it has accepted. Any thread. */
public final class TunnelRuntime {
    final LinkContext context;
    private final Side side;
    private final LockedBufferAllocator buffers;
    private final Runnable atEnd;
    private final Set<TunnelLink> links = ConcurrentHashMap.newKeySet();

    /** Runs after each link's end and checks for the tunnel's end. Null until the tunnel is told to stop. */
    private volatile @Nullable Runnable stop;

    /**
     * A tunnel that has accepted nothing yet.
     *
     * @param side what differs between a client and a server
     * @param context what the links share
     * @param buffers of the connections
     * @param atEnd releases what the tunnel was given, when no handler is left
     */
    public TunnelRuntime(Side side, LinkContext context, LockedBufferAllocator buffers, Runnable atEnd) {
        this.side = side;
        this.context = context;
        this.buffers = buffers;
        this.atEnd = atEnd;
    }

    /** Makes the handler of the listening channel that decides when to accept. */
    ChannelHandler newAcceptHandler() {
        return side.newAcceptHandler(context);
    }

    /**
     * Takes up a connection, on its event loop.
     *
     * @param accepted the connection
     */
    public void accept(Channel accepted) {
        context.events.accepted();
        TunnelLink link = side.newLink(context, accepted, this::ended);
        links.add(link);
        if (stop == null) {
            link.accept();
        } else { // it came too late for the code that stops the links
            link.turnAway();
        }
    }

    private void ended(TunnelLink link) {
        links.remove(link);
        Runnable ifStopping = stop;
        if (ifStopping != null) {
            ifStopping.run();
        }
    }

    /**
     * Where connections go.
     *
     * @return as configured
     */
    public Endpoint target() {
        return context.connector.target();
    }

    /**
     * What has happened so far.
     *
     * @return figures of this moment
     */
    public TunnelStats stats() {
        return context.counters.read();
    }

    /**
     * What the tunnel holds.
     *
     * @return figures of this moment
     */
    public TunnelHoldings holdings() {
        return side.holdings(links.size(), buffers);
    }

    /**
     * Whether a connection has not ended.
     *
     * @return true also for one that hasn't begun
     */
    public boolean hasLinks() {
        return !links.isEmpty();
    }

    /**
     * Allows no new links. {@link #forEachLink} sees all existing ones when this returns.
     *
     * @param onLinkEnded runs after each link's end from now on, on any event loop
     */
    void stop(Runnable onLinkEnded) {
        stop = onLinkEnded;
    }

    void forEachLink(Consumer<TunnelLink> action) {
        List.copyOf(links).forEach(action);
    }

    /** Looks up no more names: no link is left. */
    void stopConnecting() {
        context.connector.close();
    }

    /** Tells the stages the end, and gives the buffers back: no handler is left. */
    void close() {
        context.stages.stopped(context.log);
        atEnd.run();
    }
}
