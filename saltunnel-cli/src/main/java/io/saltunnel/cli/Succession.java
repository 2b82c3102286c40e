package io.saltunnel.cli;

import io.saltunnel.core.key.KeySet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of connections whose tunnel or key a change has removed. The tunnels that leave let their connections
 * finish. A tunnel that {@linkplain #successor follows} one of them decides whether keys that were removed are revoked
 * in it, too.
 */
final class Succession {

    private static final Logger LOG = LoggerFactory.getLogger(Succession.class);

    private Succession() {}

    /**
     * Finds the tunnel that decides about the connections of one that leaves: the tunnel of the same name, otherwise
     * the one that takes its address.
     *
     * @param inForce the tunnels after the change
     */
    static Optional<RunningTunnel> successor(RunningTunnel leaving, Collection<RunningTunnel> inForce) {
        TunnelPlan plan = leaving.plan();
        return Stream.concat(
                        inForce.stream().filter(each -> each.plan().name().equals(plan.name())),
                        inForce.stream()
                                .filter(each -> PlanChecks.collide(each.plan().listen(), plan.listen())))
                .findFirst();
    }

    /** Whether the successor listens for the one before in its place, so that the connections simply continue. */
    static boolean continues(RunningTunnel successor, RunningTunnel before) {
        return successor.plan().canFollow(before.plan());
    }

    /** Lets the connections of a tunnel that leaves finish, with its grace time. */
    static void drain(RunningTunnel tunnel) {
        long open = tunnel.connections();
        LOG.info(
                "{}stopped listening on {}; {} {} s to finish",
                tunnel.plan().prefix(),
                tunnel.tunnel().boundAddress(),
                Stopping.count(open, "connection has", "connections have"),
                tunnel.plan().grace().toMillis() / 1000.0);
        tunnel.stop(tunnel.plan().grace());
    }

    /**
     * Revokes the removed keys if the settings in force say so, and logs what becomes of connections under such keys.
     * Call this once the change can't be undone any more. A key that an earlier change removed counts, too.
     *
     * @param before the keys of the tunnels that this one changes or follows, before this change
     */
    static void revokeRemovedKeys(RunningTunnel tunnel, List<KeySet> before) {
        KeySet keys = tunnel.prepared().keys().set();
        boolean removed = before.stream().anyMatch(former -> !keys.checksums().containsAll(former.checksums()));
        String open = tunnel.openUnderRemovedKeys();
        Revocation revocation = tunnel.plan().revocation();
        if (revocation == Revocation.NOW) {
            tunnel.revokeRemovedKeys();
        }
        if (removed || revocation == Revocation.NOW && !open.isEmpty()) {
            LOG.info(
                    "{}has {} now; {}{}",
                    tunnel.plan().prefix(),
                    tunnel.prepared().keys().described(),
                    switch (revocation) {
                        case LATER -> "open under removed keys: ";
                        case NOW -> "reset, because their keys were removed: ";
                    },
                    open.isEmpty() ? "no connection" : open);
        }
    }
}
