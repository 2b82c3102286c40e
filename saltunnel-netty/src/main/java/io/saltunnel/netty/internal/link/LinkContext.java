package io.saltunnel.netty.internal.link;

import io.saltunnel.netty.internal.connect.Connector;
import io.saltunnel.netty.internal.handshake.HandshakeSettings;
import io.saltunnel.netty.internal.log.RateLimitedWarning;
import io.saltunnel.netty.metrics.TunnelEvents;
import java.util.List;
import org.slf4j.Logger;

/** The objects shared by all links of a tunnel that were accepted under the same settings. */
public final class LinkContext {
    final Logger log;
    final HandshakeSettings handshakes;
    final Connector connector;
    final TunnelStages stages;
    final TunnelCounters counters;
    final EventListeners events;
    final Revocation revocation;
    final RateLimitedWarning connectWarning = new RateLimitedWarning();
    final RateLimitedWarning handshakeWarning = new RateLimitedWarning();
    final RateLimitedWarning stageError = new RateLimitedWarning();

    /**
     * Shared objects with counters that begin at zero.
     *
     * @param log receives the log lines of the tunnel
     * @param handshakes the settings of all handshakes
     * @param connector connects to the server or the target
     * @param stages the tunnel's stages
     * @param listeners are told of events, after the counters
     */
    public LinkContext(
            Logger log,
            HandshakeSettings handshakes,
            Connector connector,
            TunnelStages stages,
            List<TunnelEvents> listeners) {
        this(log, handshakes, connector, stages, listeners, new TunnelCounters(), new Revocation());
    }

    LinkContext(
            Logger log,
            HandshakeSettings handshakes,
            Connector connector,
            TunnelStages stages,
            List<TunnelEvents> listeners,
            TunnelCounters counters,
            Revocation revocation) {
        this.log = log;
        this.handshakes = handshakes;
        this.connector = connector;
        this.stages = stages;
        this.counters = counters;
        this.revocation = revocation;
        this.events = new EventListeners(counters, listeners, log, System::nanoTime);
    }

    /** Logs the warnings that the log has left out so far, because no link is left. */
    void flushWarnings() {
        connectWarning.flush();
        handshakeWarning.flush();
        stageError.flush();
        events.flushWarnings();
    }
}
