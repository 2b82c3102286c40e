package io.saltunnel.cli;

import io.saltunnel.cli.status.TunnelCounts;
import io.saltunnel.netty.TunnelBuilder;
import java.util.Optional;

/**
 * A tunnel that only needs to be started.
 *
 * @param plan describes the tunnel
 * @param keys its keys; closed with this
 * @param builder has all settings but the environment
 * @param counts what the builder's tunnels count; empty without a status server
 */
record PreparedTunnel(TunnelPlan plan, TunnelKeys keys, TunnelBuilder<?> builder, Optional<TunnelCounts> counts)
        implements AutoCloseable {

    /** Whether replacing one by the other would change nothing. */
    boolean isSameAs(PreparedTunnel other) {
        return plan.isSameAs(other.plan)
                && keys.areSameAs(other.keys)
                && counts.isPresent() == other.counts.isPresent();
    }

    /**
     * The same tunnel, with its own loan of the keys. Call this before this one is closed.
     *
     * @throws IllegalStateException if a key was closed
     */
    PreparedTunnel again() {
        return new PreparedTunnel(plan, keys.again(), builder, counts);
    }

    /** Returns the keys. Closing it again does nothing. */
    @Override
    public void close() {
        keys.close();
    }
}
