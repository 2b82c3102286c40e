package io.saltunnel.netty.metrics;

/**
 * What a running tunnel holds at the moment. Each figure is 0 or more, and returns to its earlier value when its causes
 * are gone. The figures are taken one after another, so they may not match exactly. Immutable: any thread may use it.
 *
 * @param connections connections accepted and not ended yet
 * @param unauthenticated connections that have not proved the key yet; 0 on a client, as are the next three
 * @param tunnels slots taken of those that the tunnel's {@code maxConnections} allows
 * @param waiting authenticated clients in line for a slot
 * @param rememberedHellos hellos that all servers of this key in this process remember; each is remembered for up to
 *     two hours, until its age alone would make a server refuse it
 * @param buffers buffers in use, by all tunnels of its environment if it has one
 * @param bufferBytes bytes of memory mapped for buffers, in use or kept for reuse. Even without load this is up to 384
 *     KiB for each event loop that has been used
 */
public record TunnelHoldings(
        long connections,
        int unauthenticated,
        int tunnels,
        int waiting,
        int rememberedHellos,
        long buffers,
        long bufferBytes) {}
