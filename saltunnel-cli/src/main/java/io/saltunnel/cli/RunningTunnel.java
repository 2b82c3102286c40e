package io.saltunnel.cli;

import io.saltunnel.cli.status.TunnelCounts;
import io.saltunnel.cli.status.TunnelTally;
import io.saltunnel.core.key.KeyLabel;
import io.saltunnel.core.key.KeySet;
import io.saltunnel.core.secret.MemoryLockException;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.metrics.TunnelStats;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running tunnel, its settings in force, and the tunnels that it follows. Those no longer listen, and let their last
 * connections finish. One thread at a time changes this; any thread may read it.
 */
final class RunningTunnel {

    private static final Logger LOG = LoggerFactory.getLogger(RunningTunnel.class);

    /** Why a tunnel can't be started or changed; one line for the user. */
    static final class Failure extends Exception {
        private static final long serialVersionUID = 1;

        Failure(String message) {
            super(message);
        }
    }

    private final Tunnel tunnel;
    private final CompletableFuture<Void> listeningEnded;
    private final Supplier<TunnelStats> stats;
    private volatile PreparedTunnel prepared;

    /** Whether the tunnel is counted; false once it has stopped. Guarded by this. */
    private boolean counting = true;

    /** The tunnels that this one follows and that have not stopped. Replaced as a whole. */
    private volatile List<RunningTunnel> former = List.of();

    private RunningTunnel(PreparedTunnel prepared, Tunnel tunnel) {
        this.prepared = prepared;
        this.tunnel = tunnel;
        this.stats = tunnel::stats;
        this.listeningEnded = tunnel.listeningEnded();
        prepared.counts().ifPresent(counts -> counts.tally().begin(stats, labels(prepared)));
        tunnel.stopped().whenComplete((done, failure) -> endCounting());
    }

    private static List<KeyLabel> labels(PreparedTunnel prepared) {
        return prepared.keys().set().labels();
    }

    private synchronized void endCounting() {
        counting = false;
        prepared.counts().ifPresent(counts -> counts.tally().end(stats));
    }

    /** Puts the next settings in force. From now on, the tunnel counts under their name. */
    private synchronized void continueAs(PreparedTunnel next) {
        Optional<TunnelTally> before = prepared.counts().map(TunnelCounts::tally);
        Optional<TunnelTally> after = next.counts().map(TunnelCounts::tally);
        prepared = next;
        if (!before.equals(after)) {
            before.ifPresent(tally -> tally.end(stats));
            if (counting) {
                after.ifPresent(tally -> tally.takeOver(stats));
            }
        }
        after.ifPresent(tally -> tally.keysChanged(labels(next)));
    }

    /** Starts a tunnel. If this fails, the caller still closes {@code prepared}. */
    static RunningTunnel start(PreparedTunnel prepared, TunnelHost host) throws Failure {
        TunnelPlan plan = prepared.plan();
        try {
            return new RunningTunnel(
                    prepared, host.host(prepared.builder()).start().join());
        } catch (IllegalArgumentException e) {
            plan.faults().found("", String.valueOf(e.getMessage()));
            throw new Failure(plan.prefix() + e.getMessage());
        } catch (IllegalStateException | UnsupportedOperationException | MemoryLockException e) {
            throw new Failure(plan.prefix() + e.getMessage());
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            LOG.trace("{}cannot listen", plan.prefix(), cause);
            throw new Failure(plan.prefix() + ListenFailure.at(plan.listen(), cause));
        }
    }

    /**
     * Applies other settings to new connections.
     *
     * @return completes when the last connection under the former settings has ended
     */
    CompletableFuture<Void> change(PreparedTunnel next, TunnelHost host) throws Failure {
        try {
            CompletableFuture<Void> over = tunnel.reconfigure(host.host(next.builder()));
            continueAs(next);
            return over;
        } catch (IllegalArgumentException
                | IllegalStateException
                | UnsupportedOperationException
                | MemoryLockException e) {
            throw new Failure(next.plan().prefix() + e.getMessage());
        }
    }

    Tunnel tunnel() {
        return tunnel;
    }

    PreparedTunnel prepared() {
        return prepared;
    }

    TunnelPlan plan() {
        return prepared.plan();
    }

    boolean isListening() {
        return !listeningEnded.isDone();
    }

    /** Waits until its address is free, after {@link #stop}; then {@link #isListening} is false. */
    void awaitListeningEnded() {
        listeningEnded.join();
    }

    /** Takes charge of the connections of another tunnel, and of the tunnels that the other one follows. */
    void follow(RunningTunnel before) {
        former = Stream.of(former.stream(), Stream.of(before), before.former.stream())
                .flatMap(each -> each)
                .filter(each -> !each.tunnel.stopped().isDone())
                .distinct()
                .toList();
    }

    /** Stops this tunnel and those that it follows. Doesn't wait. */
    void stop(Duration grace) {
        withFormer().forEach(each -> each.tunnel.stop(grace));
    }

    private Stream<RunningTunnel> withFormer() {
        return Stream.concat(Stream.of(this), former.stream());
    }

    /** Counts the connections that carry data or are about to, including those of the tunnels that this one follows. */
    long connections() {
        return withFormer().mapToLong(RunningTunnel::ownConnections).sum();
    }

    /** Counts the connections of this tunnel alone that carry data or are about to. */
    long ownConnections() {
        return switch (plan().mode()) {
            case CLIENT -> tunnel.holdings().connections();
            case SERVER -> tunnel.holdings().tunnels();
        };
    }

    /**
     * Lists the numbers of open connections under keys that the settings in force don't have; empty if there are none.
     */
    String openUnderRemovedKeys() {
        Set<String> inForce = prepared.keys().set().labels().stream()
                .map(KeyLabel::fingerprint)
                .collect(Collectors.toSet());
        return openByKey().entrySet().stream()
                .filter(each ->
                        each.getValue() > 0 && !inForce.contains(each.getKey().fingerprint()))
                .map(each -> each.getValue() + " of " + each.getKey())
                .collect(Collectors.joining(", "));
    }

    /** Counts the open connections that have proved each key, including those of the tunnels that this one follows. */
    Map<KeyLabel, Long> openByKey() {
        Map<KeyLabel, Long> open = new LinkedHashMap<>();
        withFormer()
                .flatMap(each -> each.tunnel.keyStats().stream())
                .forEach(each -> open.merge(each.key(), each.open(), Long::sum));
        return open;
    }

    /** Resets the connections under keys that the settings in force don't have. */
    void revokeRemovedKeys() {
        KeySet inForce = prepared.keys().set();
        tunnel.revokeFormerKeys();
        former.forEach(each -> each.tunnel.revokeAllKeysBut(inForce));
    }
}
