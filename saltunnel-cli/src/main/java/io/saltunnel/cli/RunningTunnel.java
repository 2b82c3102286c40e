package io.saltunnel.cli;

import io.saltunnel.core.key.KeyLabel;
import io.saltunnel.netty.Tunnel;
import io.saltunnel.netty.TunnelEnvironment;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running tunnel, with the settings that are in force. Changed by one thread at a time, read by any. */
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
    private volatile PreparedTunnel prepared;

    private RunningTunnel(PreparedTunnel prepared, Tunnel tunnel) {
        this.prepared = prepared;
        this.tunnel = tunnel;
        this.listeningEnded = tunnel.listeningEnded();
    }

    /** Starts a tunnel. If this fails, the caller still closes the key. */
    static RunningTunnel start(PreparedTunnel prepared, TunnelEnvironment environment) throws Failure {
        TunnelPlan plan = prepared.plan();
        try {
            return new RunningTunnel(
                    prepared,
                    prepared.builder().environment(environment).start().join());
        } catch (IllegalArgumentException e) {
            plan.faults().found("", String.valueOf(e.getMessage()));
            throw new Failure(plan.prefix() + e.getMessage());
        } catch (UnsupportedOperationException e) {
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
    CompletableFuture<Void> change(PreparedTunnel next, TunnelEnvironment environment) throws Failure {
        try {
            CompletableFuture<Void> over = tunnel.reconfigure(next.builder().environment(environment));
            prepared = next;
            return over;
        } catch (IllegalArgumentException | IllegalStateException | UnsupportedOperationException e) {
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

    /** Names the keys that new connections use. */
    String keys() {
        return prepared.keys().named();
    }

    boolean isListening() {
        return !listeningEnded.isDone();
    }

    /** How many connections carry data, or are about to. */
    long connections() {
        return switch (plan().mode()) {
            case CLIENT -> tunnel.holdings().connections();
            case SERVER -> tunnel.holdings().tunnels();
        };
    }

    /** Counts the open connections under keys that the settings in force don't have; empty if there are none. */
    String openUnderRemovedKeys() {
        Set<String> inForce = prepared.keys().set().labels().stream()
                .map(KeyLabel::fingerprint)
                .collect(Collectors.toSet());
        return tunnel.keyStats().stream()
                .filter(each -> each.open() > 0 && !inForce.contains(each.key().fingerprint()))
                .map(each -> each.open() + " of " + each.key())
                .collect(Collectors.joining(", "));
    }
}
