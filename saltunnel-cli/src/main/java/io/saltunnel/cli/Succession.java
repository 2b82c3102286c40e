package io.saltunnel.cli;

import io.saltunnel.core.key.KeySet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of connections whose tunnel or key a change has removed. A removed tunnel lets its connections
 * finish. Its {@linkplain #successor successor} decides whether removed keys are revoked in it, too.
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

    /**
     * Whether the successor replaces the tunnel before it where that listened, so that the connections simply continue.
     */
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
     * Call this once the change can't be undone any more. Keys that an earlier change removed count, too.
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
