package io.saltunnel.netty.internal.link;

import io.saltunnel.core.key.KeyLabel;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.internal.log.RateLimitedWarning;
import io.saltunnel.netty.metrics.TunnelEvents;
import io.saltunnel.netty.replay.ReplayMemory;
import io.saltunnel.netty.stage.ConnectionSummary;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ObjLongConsumer;
import org.slf4j.Logger;

/**
 * Tells the counters, then each of the embedder's listeners. Those are foreign code: if one fails, the others are still
 * told.
 *
 * <p>Telling an event creates no object: no method reference here captures anything. Without listeners, the clock isn't
 * read either, so that an event costs no more than counting it.
 */
final class EventListeners implements TunnelEvents {
    private final TunnelEvents counters;
    private final TunnelEvents[] listeners;
    private final Logger log;
    private final LongSupplier nanoTime;
    private final RateLimitedWarning failure = new RateLimitedWarning();

    EventListeners(TunnelEvents counters, List<TunnelEvents> listeners, Logger log, LongSupplier nanoTime) {
        this.counters = counters;
        this.listeners = listeners.toArray(TunnelEvents[]::new);
        this.log = log;
        this.nanoTime = nanoTime;
    }

    // ---- events with a time

    /** The current time, for an event that is told later; 0 if there are no listeners. */
    long now() {
        return listeners.length == 0 ? 0 : nanoTime.getAsLong();
    }

    /** The peer has proved a key. The counters don't need the time. */
    void provedSince(long startNanos, KeyLabel key) {
        proved(listeners.length == 0 ? 0 : nanoTime.getAsLong() - startNanos, key);
    }

    /** Both connections are made. The counters don't count this. */
    void joinedSince(long startNanos) {
        if (listeners.length > 0) {
            joined(nanoTime.getAsLong() - startNanos);
        }
    }

    @Override
    public void proved(long handshakeNanos, KeyLabel key) {
        counters.proved(handshakeNanos, key);
        for (TunnelEvents listener : listeners) {
            try {
                listener.proved(handshakeNanos, key);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }
    }

    @Override
    public void joined(long setupNanos) {
        tell(TunnelEvents::joined, setupNanos);
    }

    @Override
    public void replayMemoryAsked(ReplayMemory.Answer answer, long nanos) {
        for (TunnelEvents listener : listeners) { // the counters don't count this
            try {
                listener.replayMemoryAsked(answer, nanos);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }
    }

    // ---- events with a cause or a summary

    @Override
    public void handshakeFailed(HandshakeFailedException cause) {
        tell(TunnelEvents::handshakeFailed, cause);
    }

    @Override
    public void connectFailed(Throwable cause) {
        tell(TunnelEvents::connectFailed, cause);
    }

    @Override
    public void ended(ConnectionSummary summary) {
        tell(TunnelEvents::ended, summary);
    }

    // ---- others

    @Override
    public void accepted() {
        tell(TunnelEvents::accepted);
    }

    @Override
    public void evicted() {
        tell(TunnelEvents::evicted);
    }

    @Override
    public void slotRefused() {
        tell(TunnelEvents::slotRefused);
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

    // ---- telling

    private void tell(Consumer<TunnelEvents> event) {
        event.accept(counters);
        for (TunnelEvents listener : listeners) {
            try {
                event.accept(listener);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }
    }

    private <T> void tell(BiConsumer<TunnelEvents, T> event, T what) {
        event.accept(counters, what);
        for (TunnelEvents listener : listeners) {
            try {
                event.accept(listener, what);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }
    }

    private void tell(ObjLongConsumer<TunnelEvents> event, long nanos) {
        event.accept(counters, nanos);
        for (TunnelEvents listener : listeners) {
            try {
                event.accept(listener, nanos);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }
    }

    private void failed(Throwable e) {
        failure.error(log, "a listener of the tunnel's events failed", e);
    }

    /** Logs the failures that the log has left out so far. */
    void flushWarnings() {
        failure.flush();
    }
}
