package io.saltunnel.netty.internal.link;

import io.saltunnel.netty.internal.admission.FileBudget;
import io.saltunnel.netty.internal.admission.HeapShare;
import org.slf4j.Logger;

/**
 * How many connections a server holds at once, by how far they have come.
 *
 * @param tunnels the most connections tunnelled at once
 * @param unauthenticated the most connections that have not proved the key
 * @param waiting the most connections that have proved the key and wait for a slot
 */
record ServerLimits(int tunnels, int unauthenticated, int waiting) {
    /**
     * The limits for the given settings, within what the system allows.
     *
     * @param maxTunnels the most connections tunnelled at once
     * @param maxUnauthenticated 0 for a share of what the system allows
     * @param files takes what the tunnel needs
     * @param log receives a warning if the open files don't suffice
     */
    static ServerLimits of(int maxTunnels, int maxUnauthenticated, FileBudget.Share files, Logger log) {
        int unauthenticated = maxUnauthenticated > 0
                ? maxUnauthenticated
                : Math.min(files.unauthenticated(maxTunnels), HeapShare.unauthenticated());
        int waiting = files.waiting(maxTunnels);
        files.take(maxTunnels, (long) unauthenticated + waiting).ifPresent(log::warn);
        return new ServerLimits(maxTunnels, unauthenticated, waiting);
    }
}
