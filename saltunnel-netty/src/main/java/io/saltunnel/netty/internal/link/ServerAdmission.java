package io.saltunnel.netty.internal.link;

import io.saltunnel.core.handshake.AcceptedVersions;
import io.saltunnel.core.handshake.Admission;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.netty.internal.accept.AcceptBudget;
import io.saltunnel.netty.internal.admission.FileBudget;
import io.saltunnel.netty.internal.admission.HeapShare;
import io.saltunnel.netty.internal.admission.TunnelSlots;
import io.saltunnel.netty.internal.admission.UnauthenticatedPeers;
import io.saltunnel.netty.internal.log.RateLimitedWarning;
import java.time.Duration;
import org.slf4j.Logger;

/** What a server's connections pass on their way to the target; docs/ARCHITECTURE.md has the picture. */
public final class ServerAdmission {
    final AcceptBudget accepts;
    final UnauthenticatedPeers unauthenticated;
    final Admission hellos;
    final TunnelSlots slots;
    final RateLimitedWarning clockWarning = new RateLimitedWarning();
    final RateLimitedWarning refusalNote = new RateLimitedWarning();
    final RateLimitedWarning capWarning = new RateLimitedWarning();
    final RateLimitedWarning version1Warning = new RateLimitedWarning(Duration.ofHours(1));

    /**
     * An admission of these parts.
     *
     * @param accepts what may be accepted while tunnels carry data
     * @param unauthenticated the budget of connections that have not proved the key
     * @param hellos what is demanded of clienthi
     * @param slots the connections that may be tunnelled at once
     */
    public ServerAdmission(
            AcceptBudget accepts, UnauthenticatedPeers unauthenticated, Admission hellos, TunnelSlots slots) {
        this.accepts = accepts;
        this.unauthenticated = unauthenticated;
        this.hellos = hellos;
        this.slots = slots;
    }

    /**
     * The admission that settings ask for, within what the system allows.
     *
     * @param settings the settings
     * @param loops the number of event loops
     * @param files takes what the tunnel needs
     * @param log where a shortage is told
     * @throws IllegalArgumentException if there is a name, and only version 1 of the protocol is taken
     */
    static ServerAdmission of(TunnelSettings settings, int loops, FileBudget.Share files, Logger log) {
        int budget = settings.maxUnauthenticated > 0
                ? settings.maxUnauthenticated
                : Math.min(files.unauthenticated(settings.maxConnections), HeapShare.unauthenticated());
        int waiting = files.waiting(settings.maxConnections);
        files.take(settings.maxConnections, (long) budget + waiting).ifPresent(log::warn);
        return new ServerAdmission(
                new AcceptBudget(loops, budget),
                new UnauthenticatedPeers(budget),
                hellos(settings),
                new TunnelSlots(settings.maxConnections, waiting));
    }

    private static Admission hellos(TunnelSettings settings) {
        ReplayWindow replays = ReplayWindow.of(
                settings.key, () -> ReplayWindow.startingNow(settings.clock, System::nanoTime, HeapShare.hellos()));
        AcceptedVersions versions = settings.acceptedVersions == null
                ? AcceptedVersions.unlessTold(settings.name)
                : settings.acceptedVersions;
        return new Admission(replays, settings.name, versions);
    }
}
