package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.internal.order.ConnectOrder;
import io.saltunnel.netty.internal.transport.PeerAddresses;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.metrics.KeyStats;
import io.saltunnel.netty.metrics.TunnelEvents;
import io.saltunnel.netty.metrics.TunnelHoldings;
import io.saltunnel.netty.metrics.TunnelStats;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A running tunnel: the links of the connections that it has accepted, and the {@link Generation} of further ones. Any
 * thread.
 */
public final class TunnelRuntime {
    private final TunnelCounters counters;
    private final LockedBufferAllocator buffers;
    private final Runnable atEnd;
    private final Set<TunnelLink> links = ConcurrentHashMap.newKeySet();
    private volatile Generation current;

    /** Runs after each link's end and checks for the tunnel's end. Null until the tunnel is told to stop. */
    private volatile @Nullable Runnable stop;

    /** Whether a link that begins now is turned away. */
    private volatile boolean refusing;

    /** Tells the listeners of the settings in force about the listening channel. */
    private final TunnelEvents acceptEvents = new TunnelEvents() {
        @Override
        public void acceptingPaused() {
            current.context.events.acceptingPaused();
        }

        @Override
        public void acceptingResumed() {
            current.context.events.acceptingResumed();
        }
    };

    /**
     * A tunnel that has accepted nothing yet.
     *
     * @param first in force until it is replaced
     * @param buffers the buffers of the connections
     * @param atEnd releases the tunnel's resources when no handler is left
     */
    public TunnelRuntime(Generation first, LockedBufferAllocator buffers, Runnable atEnd) {
        this.current = first;
        this.counters = first.context.counters;
        this.buffers = buffers;
        this.atEnd = atEnd;
    }

    Generation current() {
        return current;
    }

    /**
     * Puts the next generation into force.
     *
     * @return the one before, which the caller has to {@linkplain Generation#retire retire}
     * @throws IllegalStateException if the tunnel was told to stop; nothing changes then
     */
    synchronized Generation replaceBy(Generation next) {
        if (stop != null) {
            throw new IllegalStateException("the tunnel has stopped, or is about to");
        }
        Generation before = current;
        current = next;
        return before;
    }

    /** Makes the handler of the listening channel that decides when to accept. */
    ChannelHandler newAcceptHandler(ConnectOrder order) {
        return current.side.newAcceptHandler(counters::relayedBytes, acceptEvents, order);
    }

    /**
     * Makes the handler that begins the link of each accepted connection.
     *
     * @param setOptions sets the connection's options, on its event loop
     * @return a handler that removes itself; sharable
     */
    public ChannelHandler newLinkStarter(Consumer<? super Channel> setOptions) {
        return new LinkStarter(setOptions);
    }

    /**
     * Begins the link of a connection on its event loop. If a handler fails while it is added, a {@code
     * ChannelInitializer} would see the failure first and end the connection with FIN. Here the relay sees it.
     */
    @Sharable
    private final class LinkStarter extends ChannelHandlerAdapter {
        private final Consumer<? super Channel> setOptions;

        LinkStarter(Consumer<? super Channel> setOptions) {
            this.setOptions = setOptions;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            Channel accepted = ctx.channel();
            ctx.pipeline().remove(this);
            try {
                setOptions.accept(accepted);
                TunnelLink link = newLink(accepted);
                if (!refusing) {
                    link.accept();
                } else { // the code that stops all links has missed this one
                    link.turnAway();
                }
            } catch (RuntimeException | Error e) {
                LinkContext context = current.context;
                context.stageError.error(
                        context.log, "{}: can't be taken up", PeerAddresses.nameOf(PeerAddresses.peerOf(accepted)), e);
                Abort.reset(accepted);
            }
        }
    }

    private TunnelLink newLink(Channel accepted) {
        Generation generation = enter();
        TunnelLink link;
        try {
            generation.context.events.accepted();
            link = generation.side.newLink(generation.context, accepted, ended -> ended(ended, generation));
        } catch (RuntimeException | Error e) {
            generation.leave();
            throw e;
        }
        links.add(link);
        return link;
    }

    private Generation enter() {
        Generation generation = current;
        while (!generation.enter()) { // replaced a moment ago
            generation = current;
        }
        return generation;
    }

    private void ended(TunnelLink link, Generation generation) {
        generation.leave();
        links.remove(link);
        Runnable ifStopping = stop;
        if (ifStopping != null) {
            ifStopping.run();
        }
    }

    /**
     * The address to which connections are forwarded.
     *
     * @return as configured, the preferred one first
     */
    public List<Endpoint> targets() {
        return current.context.connector.targets();
    }

    /**
     * Returns the counters.
     *
     * @return figures of this moment
     */
    public TunnelStats stats() {
        return counters.read();
    }

    /**
     * Returns which keys connections have proved.
     *
     * @return the keys in force first
     */
    public List<KeyStats> keyStats() {
        return counters.keys.read(current.context.handshakes.keys().labels());
    }

    /**
     * Returns what the tunnel holds.
     *
     * @return figures of this moment
     */
    public TunnelHoldings holdings() {
        return current.side.holdings(links.size(), buffers);
    }

    /**
     * Whether any connection has not ended.
     *
     * @return true also for one that hasn't begun
     */
    public boolean hasLinks() {
        return !links.isEmpty();
    }

    /** Allows no new links. {@link #forEachLink} sees all existing ones when this returns. */
    void refuse() {
        refusing = true;
    }

    /**
     * Allows no new settings.
     *
     * @param onLinkEnded runs after each link's end from now on, on any event loop
     */
    synchronized void stop(Runnable onLinkEnded) {
        stop = onLinkEnded;
    }

    void forEachLink(Consumer<TunnelLink> action) {
        List.copyOf(links).forEach(action);
    }

    /** Ends the look-ups of names, because no link is left. */
    void stopConnecting() {
        current.stopConnecting();
    }

    /** Tells the listeners that the tunnel's buffers are used up. */
    void outOfBuffers() {
        current.context.events.outOfBuffers();
    }

    /** Tells the stages that the tunnel has stopped, and releases the buffers, because no handler is left. */
    void close() {
        current.close();
        current.side.tunnelStopped();
        atEnd.run();
    }
}
