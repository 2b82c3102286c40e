package io.saltunnel.netty.internal.link;

import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.internal.log.RateLimitedWarning;
import io.saltunnel.netty.metrics.TunnelEvents;
import io.saltunnel.netty.stage.ConnectionSummary;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;

/** Tells the counters, then each listener of the embedder's. These are foreign code: one that fails harms no other. */
final class EventListeners implements TunnelEvents {
    private final TunnelEvents counters;
    private final List<TunnelEvents> listeners;
    private final Logger log;
    private final RateLimitedWarning failure = new RateLimitedWarning();

    private EventListeners(TunnelEvents counters, List<TunnelEvents> listeners, Logger log) {
        this.counters = counters;
        this.listeners = List.copyOf(listeners);
        this.log = log;
    }

    /** The counters themselves if nobody else listens, so that an event costs no more than counting it. */
    static TunnelEvents of(TunnelCounters counters, List<TunnelEvents> listeners, Logger log) {
        return listeners.isEmpty() ? counters : new EventListeners(counters, listeners, log);
    }

    private void tell(Consumer<TunnelEvents> event) {
        event.accept(counters);
        for (TunnelEvents listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException | Error e) {
                failure.error(log, "a listener of the tunnel's events failed", e);
            }
        }
    }

    @Override
    public void accepted() {
        tell(TunnelEvents::accepted);
    }

    @Override
    public void handshakeFailed(HandshakeFailedException cause) {
        tell(listener -> listener.handshakeFailed(cause));
    }

    @Override
    public void evicted() {
        tell(TunnelEvents::evicted);
    }

    @Override
    public void proved(long handshakeNanos) {
        tell(listener -> listener.proved(handshakeNanos));
    }

    @Override
    public void slotRefused() {
        tell(TunnelEvents::slotRefused);
    }

    @Override
    public void connectFailed(Throwable cause) {
        tell(listener -> listener.connectFailed(cause));
    }

    @Override
    public void joined(long setupNanos) {
        tell(listener -> listener.joined(setupNanos));
    }

    @Override
    public void ended(ConnectionSummary summary) {
        tell(listener -> listener.ended(summary));
    }

    @Override
    public void acceptingPaused() {
        tell(TunnelEvents::acceptingPaused);
    }

    @Override
    public void acceptingResumed() {
        tell(TunnelEvents::acceptingResumed);
    }

    @Override
    public void outOfBuffers() {
        tell(TunnelEvents::outOfBuffers);
    }
}
