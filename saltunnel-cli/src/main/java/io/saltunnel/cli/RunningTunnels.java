package io.saltunnel.cli;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tunnels of this process: those of the configuration in force, and those that only let their connections finish.
 * They change together, or not at all ({@link TunnelChange}). Any thread.
 */
final class RunningTunnels {

    private static final Logger LOG = LoggerFactory.getLogger(RunningTunnels.class);

    private final TunnelHost host;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /**
     * A tunnel with its settings.
     *
     * @param prepared the settings; this object keeps them even while a change gives the tunnel others
     */
    record InForce(RunningTunnel tunnel, PreparedTunnel prepared) {}

    /** Held during a change. Never taken while this object's own lock is held. */
    private final Object changes = new Object();

    /** The tunnels of the configuration in force. Guarded by this. */
    private List<InForce> current = List.of();

    /** All tunnels that have not stopped. Guarded by this. */
    private final Set<RunningTunnel> alive = new LinkedHashSet<>();

    private boolean changing;
    private boolean stopping;

    RunningTunnels(TunnelHost host) {
        this.host = host;
    }

    /**
     * Makes these the tunnels of the process: keeps those that are the same, changes others while their connections
     * stay open, and starts and stops the rest.
     *
     * @param next the tunnels; this takes them over, and closes them if they can't all run
     * @return what was done; or the failures, after which nothing has changed
     */
    TunnelChange.Result replaceBy(PreparedTunnels next) {
        synchronized (changes) {
            TunnelChange change = begin(next.tunnels());
            TunnelChange.Result result;
            try {
                result = change.make();
            } finally {
                end(change);
            }
            if (result.failures().isEmpty()) {
                change.announce(); // only now, so that a summary requested after these lines has the tunnels
            }
            return result;
        }
    }

    private synchronized TunnelChange begin(List<PreparedTunnel> next) {
        changing = true;
        return new TunnelChange(host, this::started, current(), next);
    }

    private void end(TunnelChange change) {
        synchronized (this) {
            current = change.inForce().stream()
                    .map(each -> new InForce(each, each.prepared()))
                    .toList();
            changing = false;
        }
        endIfNoneIsLeft();
    }

    private void started(RunningTunnel tunnel) {
        boolean tooLate;
        synchronized (this) {
            alive.add(tunnel);
            tooLate = stopping;
        }
        tunnel.tunnel().stopped().whenComplete((done, failure) -> {
            tunnel.prepared().close();
            synchronized (this) {
                alive.remove(tunnel);
            }
            endIfNoneIsLeft();
        });
        if (tooLate) {
            tunnel.tunnel().stop(Duration.ZERO);
        }
    }

    private void endIfNoneIsLeft() {
        synchronized (this) {
            if (!alive.isEmpty() || changing) {
                return;
            }
        }
        ended.complete(null);
    }

    /** The tunnels of the configuration in force. */
    synchronized List<RunningTunnel> current() {
        return current.stream().map(InForce::tunnel).toList();
    }

    /** The same tunnels with their settings. During a change, all settings are still those from before it. */
    synchronized List<InForce> inForce() {
        return current;
    }

    /** Counts the connections of all tunnels that carry data or are about to, including those that only finish. */
    long openConnections() {
        List<RunningTunnel> all;
        synchronized (this) {
            all = List.copyOf(alive);
        }
        return all.stream().mapToLong(RunningTunnel::ownConnections).sum();
    }

    /** Whether they were told to stop. */
    synchronized boolean isStopping() {
        return stopping;
    }

    /** Completes when no tunnel is left. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    /** Stops all tunnels, each with its own grace time. Doesn't wait. */
    void stop() {
        List<RunningTunnel> all;
        synchronized (this) {
            stopping = true;
            all = List.copyOf(alive);
        }
        Stopping.tell(LOG, all);
        all.forEach(each -> each.tunnel().stop(each.plan().grace()));
        endIfNoneIsLeft();
    }
}
