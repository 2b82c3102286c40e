package io.saltunnel.cli.status;

import io.saltunnel.netty.TunnelBuilder;

/**
 * What is counted for the status server in a tunnel under one set of settings. Any thread.
 *
 * @param tally counts of all tunnels of the same name
 * @param lastProof of this set of settings alone
 */
public record TunnelCounts(TunnelTally tally, LastProof lastProof) {

    /**
     * Lets the tunnels that a builder starts be counted.
     *
     * @param tally of the tunnels' name
     * @param tunnel told once
     * @return what is counted in them
     */
    public static TunnelCounts in(TunnelBuilder<?> tunnel, TunnelTally tally) {
        tally.countIn(tunnel);
        LastProof proof = tally.newProof();
        tunnel.events(proof);
        return new TunnelCounts(tally, proof);
    }
}
