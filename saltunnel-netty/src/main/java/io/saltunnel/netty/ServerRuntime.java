package io.saltunnel.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.saltunnel.core.handshake.ReplayWindow;
import io.saltunnel.netty.internal.accept.AcceptBudget;
import io.saltunnel.netty.internal.accept.AcceptPacingHandler;
import io.saltunnel.netty.internal.admission.TunnelSlots;
import io.saltunnel.netty.internal.admission.UnauthenticatedPeers;
import io.saltunnel.netty.internal.connect.Connector;
import io.saltunnel.netty.internal.handshake.HandshakeSettings;
import io.saltunnel.netty.internal.log.RateLimitedWarning;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.metrics.TunnelHoldings;
import org.slf4j.Logger;

/** The state that the links of one running server share beyond a client's. */
final class ServerRuntime extends TunnelRuntime {
    final AcceptBudget accepts;
    final ReplayWindow replays;
    final UnauthenticatedPeers unauthenticated;
    final TunnelSlots slots;
    final RateLimitedWarning clockWarning = new RateLimitedWarning();
    final RateLimitedWarning refusalNote = new RateLimitedWarning();
    final RateLimitedWarning capWarning = new RateLimitedWarning();

    ServerRuntime(
            Logger log,
            HandshakeSettings handshakes,
            Connector connector,
            TunnelStages stages,
            AcceptBudget accepts,
            ReplayWindow replays,
            UnauthenticatedPeers unauthenticated,
            TunnelSlots slots) {
        super(log, handshakes, connector, stages);
        this.accepts = accepts;
        this.replays = replays;
        this.unauthenticated = unauthenticated;
        this.slots = slots;
    }

    @Override
    ChannelHandler acceptHandler() {
        return new AcceptPacingHandler(accepts, counters::relayedBytes, log);
    }

    @Override
    Link newLink(Channel accepted) {
        return new ServerLink(this, accepted);
    }

    @Override
    TunnelHoldings holdings(LockedBufferAllocator buffers) {
        return new TunnelHoldings(
                links.size(),
                unauthenticated.size(),
                slots.held(),
                slots.waiting(),
                replays.size(),
                buffers.buffersInUse(),
                buffers.mappedBytes());
    }
}
