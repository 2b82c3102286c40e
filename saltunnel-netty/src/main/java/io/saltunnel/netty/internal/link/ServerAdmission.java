package io.saltunnel.netty.internal.link;

import io.saltunnel.core.handshake.AcceptedVersions;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.netty.internal.accept.AcceptBudget;
import io.saltunnel.netty.internal.admission.HeapShare;
import io.saltunnel.netty.internal.admission.OpenFiles;
import io.saltunnel.netty.internal.admission.TunnelSlots;
import io.saltunnel.netty.internal.admission.UnauthenticatedPeers;
import io.saltunnel.netty.internal.log.RateLimitedWarning;
import org.slf4j.Logger;

/** What a server's connections pass on their way to the target; docs/ARCHITECTURE.md has the picture. */
public final class Admission {
    final AcceptBudget accepts;
    final UnauthenticatedPeers unauthenticated;
    final io.saltunnel.core.handshake.Admission hellos;
    final TunnelSlots slots;
    final RateLimitedWarning clockWarning = new RateLimitedWarning();
    final RateLimitedWarning refusalNote = new RateLimitedWarning();
    final RateLimitedWarning capWarning = new RateLimitedWarning();

    public Admission(
            AcceptBudget accepts,
            UnauthenticatedPeers unauthenticated,
            io.saltunnel.core.handshake.Admission hellos,
            TunnelSlots slots) {
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
    static Admission of(TunnelSettings settings, int loops, OpenFiles.Share files, Logger log) {
        int budget = settings.maxUnauthenticated > 0
                ? settings.maxUnauthenticated
                : Math.min(files.strangers(settings.maxConnections), HeapShare.strangers());
        int waiting = files.waiting(settings.maxConnections);
        files.take(settings.maxConnections, (long) budget + waiting).ifPresent(log::warn);
        return new Admission(
                new AcceptBudget(loops, budget),
                new UnauthenticatedPeers(budget),
                hellos(settings),
                new TunnelSlots(settings.maxConnections, waiting));
    }

    private static io.saltunnel.core.handshake.Admission hellos(TunnelSettings settings) {
        ReplayWindow replays = ReplayWindow.of(
                settings.key, () -> ReplayWindow.startingNow(settings.clock, System::nanoTime, HeapShare.hellos()));
        AcceptedVersions versions = settings.acceptedVersions == null
                ? AcceptedVersions.unlessTold(settings.name)
                : settings.acceptedVersions;
        return new io.saltunnel.core.handshake.Admission(replays, settings.name, versions);
    }
}
