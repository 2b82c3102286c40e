package io.saltunnel.netty.internal.link;

import io.saltunnel.netty.internal.admission.FileBudget;
import io.saltunnel.netty.internal.admission.PeerCapacity;

/**
 * How many connections a server holds at once, by how far they have come.
 *
 * @param tunnels the most connections tunnelled at once
 * @param unauthenticated the most connections that have not proved the key
 * @param waiting the most connections that have proved the key and wait for a slot
 */
record ServerLimits(int tunnels, int unauthenticated, int waiting) {
    private static final int STRANGERS_PER_OUTSIDER = 4;

    /** The most connections that are refused for their address and not closed. */
    int outsiders() {
        return Math.max(1, unauthenticated / STRANGERS_PER_OUTSIDER);
    }

    /**
     * The limits for the given settings, within what the system allows.
     *
     * @param maxTunnels the most connections tunnelled at once
     * @param maxUnauthenticated 0 for a share of what the system allows
     * @param room what the system allows beside the tunnels
     */
    static ServerLimits within(int maxTunnels, int maxUnauthenticated, FileBudget.Room room) {
        int unauthenticated =
                maxUnauthenticated > 0 ? maxUnauthenticated : Math.min(room.unauthenticated(), PeerCapacity.ofHeap());
        return new ServerLimits(maxTunnels, unauthenticated, room.waiting());
    }
}
