package io.saltunnel.netty;

import io.netty.channel.Channel;
import io.saltunnel.netty.internal.connect.Connector;
import io.saltunnel.netty.internal.handshake.HandshakeSettings;
import io.saltunnel.netty.internal.limit.AcceptBudget;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/** What the links of one running tunnel share. */
class TunnelRuntime {
    final Logger log;
    final HandshakeSettings handshakes;
    final Connector connector;
    final TunnelStages stages;
    final AcceptBudget accepts;
    final TunnelCounters counters = new TunnelCounters();
    final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile Runnable onLinkEnded = () -> {};

    TunnelRuntime(
            Logger log, HandshakeSettings handshakes, Connector connector, TunnelStages stages, AcceptBudget accepts) {
        this.log = log;
        this.handshakes = handshakes;
        this.connector = connector;
        this.stages = stages;
        this.accepts = accepts;
    }

    Link newLink(Channel accepted) {
        return new ClientLink(this, accepted);
    }

    final void accept(Channel accepted) {
        counters.accepted.increment();
        Link link = newLink(accepted);
        links.add(link);
        link.accept();
    }

    final void ended(Link link) {
        if (links.remove(link)) {
            counters.ended.increment();
            onLinkEnded.run();
        }
    }

    TunnelHoldings holdings(LockedBufferAllocator buffers) {
        return new TunnelHoldings(links.size(), 0, 0, 0, 0, buffers.buffersInUse(), buffers.mappedBytes());
    }

    final void onLinkEnded(Runnable listener) {
        onLinkEnded = listener;
    }

    static String nameOf(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? HostAndPort.of(inet).toString() : String.valueOf(address);
    }
}
