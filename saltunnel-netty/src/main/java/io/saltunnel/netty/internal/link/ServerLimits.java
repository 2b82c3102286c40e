package io.saltunnel.netty.internal.link;

import io.saltunnel.netty.internal.admission.FileBudget;
import io.saltunnel.netty.internal.admission.HeapShare;
import org.slf4j.Logger;

/**
 * How many connections a server holds at once, by how far they have come.
 *
 * @param tunnels those that are tunnelled
 * @param unauthenticated those that have not proved the key
 * @param waiting those that have proved it, and wait for a slot
 */
record ServerLimits(int tunnels, int unauthenticated, int waiting) {
    /**
     * What settings ask for, within what the system allows.
     *
     * @param maxTunnels the most connections tunnelled at once
     * @param maxUnauthenticated 0 for a share of what the system allows
     * @param files takes what the tunnel needs
     * @param log where a shortage is told
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
