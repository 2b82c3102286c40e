package io.saltunnel.cli;

import io.saltunnel.netty.TunnelBuilder;

/**
 * A tunnel that only needs to be started.
 *
 * @param plan what it is to be
 * @param key its key; closed with this
 * @param builder has all settings but the environment
 */
record PreparedTunnel(TunnelPlan plan, KeyRing.Loan key, TunnelBuilder<?> builder) implements AutoCloseable {

    /** Whether nothing would change if one took the other's place. */
    boolean isSameAs(PreparedTunnel other) {
        return plan.isSameAs(other.plan) && key.key() == other.key.key();
    }

    /** The same tunnel once more, with its own loan of the key. Before this one is closed. */
    PreparedTunnel again() {
        return new PreparedTunnel(plan, key.again(), builder);
    }

    /** Gives the key back. Doing it again does nothing. */
    @Override
    public void close() {
        key.close();
    }
}
