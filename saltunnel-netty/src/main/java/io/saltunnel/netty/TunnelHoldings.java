package io.saltunnel.netty;

/**
 * What a running tunnel holds at the moment: each figure, 0 or more, falls back to where it was when those that caused
 * it have gone. Counted one after the other, so that they may differ by what happens meanwhile. Immutable: any thread
 * may use it.
 *
 * @param connections accepted and not over yet
 * @param unauthenticated connections that have not proved the key yet; 0 on a client, as are the next three
 * @param tunnels slots that are taken, out of those that {@link TunnelBuilder#maxConnections} allows
 * @param waiting authenticated clients in line for a slot
 * @param rememberedHellos what all servers of this key in this process remember; each stays for up to two hours, until
 *     its time alone would refuse it
 * @param buffers in use at the moment; other tunnels have their own
 * @param bufferBytes bytes of memory mapped for buffers, in use or kept for reuse: at the least up to 352 KiB for each
 *     event loop that has had something to do
 */
public record TunnelHoldings(
        long connections,
        int unauthenticated,
        int tunnels,
        int waiting,
        int rememberedHellos,
        long buffers,
        long bufferBytes) {}
