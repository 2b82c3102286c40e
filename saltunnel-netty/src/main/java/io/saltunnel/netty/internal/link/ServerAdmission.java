package io.saltunnel.netty.internal.link;

import io.saltunnel.netty.internal.accept.AcceptBudget;
import io.saltunnel.netty.internal.admission.ReadBudget;
import io.saltunnel.netty.internal.admission.TunnelSlots;
import io.saltunnel.netty.internal.admission.UnauthenticatedPeers;
import io.saltunnel.netty.internal.log.RateLimitedWarning;
import io.saltunnel.netty.internal.log.Refusals;
import java.time.Duration;
import org.slf4j.Logger;

/**
 * The limits that a server's connections pass on their way to the target; see the picture in docs/ARCHITECTURE.md. One
 * object lasts for the whole life of a tunnel. Other settings may change its limits.
 */
public final class ServerAdmission {
    final AcceptBudget accepts;
    final UnauthenticatedPeers unauthenticated;
    final UnauthenticatedPeers outsiders;
    final TunnelSlots slots;
    final ReadBudget strangersReads;
    final RateLimitedWarning clockWarning = new RateLimitedWarning(Duration.ofMinutes(1));
    final RateLimitedWarning refusalNote = new RateLimitedWarning();
    final Refusals refusals = new Refusals();
    final RateLimitedWarning capWarning = new RateLimitedWarning();
    final RateLimitedWarning replaysWarning = new RateLimitedWarning(Duration.ofSeconds(10));
    final RateLimitedWarning version1Warning = new RateLimitedWarning(Duration.ofHours(1));

    /**
     * An admission made of these parts.
     *
     * @param accepts what may be accepted while tunnels carry data
     * @param unauthenticated the budget of connections that have not proved the key
     * @param outsiders the budget of connections that are refused for their address
     * @param slots the slots of connections that are tunnelled at once
     * @param strangersReads what is read of connections that are refused
     */
    public ServerAdmission(
            AcceptBudget accepts,
            UnauthenticatedPeers unauthenticated,
            UnauthenticatedPeers outsiders,
            TunnelSlots slots,
            ReadBudget strangersReads) {
        this.accepts = accepts;
        this.unauthenticated = unauthenticated;
        this.outsiders = outsiders;
        this.slots = slots;
        this.strangersReads = strangersReads;
    }

    /**
     * An admission within limits.
     *
     * @param limits what is allowed
     * @param loops the number of event loops
     */
    static ServerAdmission within(ServerLimits limits, int loops) {
        return new ServerAdmission(
                new AcceptBudget(loops, limits.unauthenticated()),
                new UnauthenticatedPeers(limits.unauthenticated()),
                new UnauthenticatedPeers(limits.outsiders()),
                new TunnelSlots(limits.tunnels(), limits.waiting()),
                new ReadBudget(System::nanoTime));
    }

    /** Logs the warnings that the log has left out so far, because the tunnel ends. */
    void flushWarnings(Logger log) {
        clockWarning.flush();
        capWarning.flush();
        replaysWarning.flush();
        version1Warning.flush();
        refusals.flush(log);
    }

    /**
     * Applies other limits from now on. Tunnelled connections beyond them stay open; the oldest peers that have not
     * proved the key are evicted as others arrive.
     */
    void limit(ServerLimits limits) {
        accepts.resize(limits.unauthenticated());
        unauthenticated.resize(limits.unauthenticated());
        outsiders.resize(limits.outsiders());
        slots.resize(limits.tunnels(), limits.waiting());
    }
}
