package io.saltunnel.cli;

import io.saltunnel.netty.ServerBuilder;
import io.saltunnel.netty.TunnelBuilder;
import io.saltunnel.netty.TunnelEnvironment;
import java.util.Optional;

/**
 * What all tunnels of this process share.
 *
 * @param environment the event loops, buffers and open files
 * @param store the memory of replays of all servers; empty if each process remembers for itself
 */
record TunnelHost(TunnelEnvironment environment, Optional<SharedStore> store) {

    /** Lets the tunnels of a builder run here. */
    TunnelBuilder<?> host(TunnelBuilder<?> tunnel) {
        if (tunnel instanceof ServerBuilder server) {
            store.ifPresent(shared -> server.replays(shared.memory(), shared.whenUnavailable()));
        }
        return tunnel.environment(environment);
    }
}
