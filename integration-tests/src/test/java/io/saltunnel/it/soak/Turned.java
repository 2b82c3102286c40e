package io.saltunnel.it.soak;

import io.netty.channel.ChannelHandler;
import io.saltunnel.netty.stage.ConnectionSummary;
import io.saltunnel.netty.stage.ConnectionSummary.Outcome;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Knows which of the applications' connections got no tunnel, at which end of it, and why. The flood has other addresses. */
final class Turned implements PipelineStage {
    private final Map<String, LongAdder> away = new ConcurrentSkipListMap<>();

    @Override
    public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
        if (place == connection.role().acceptedPlace() && isApplications(connection)) {
            connection.whenEnded(summary -> count(connection.role(), summary));
        }
        return List.of();
    }

    private static boolean isApplications(TunnelConnection connection) {
        return connection.peer() instanceof InetSocketAddress peer
                && peer.getAddress() != null
                && peer.getAddress().equals(((InetSocketAddress) connection.local()).getAddress());
    }

    private void count(TunnelConnection.Role role, ConnectionSummary summary) {
        if (summary.outcome() == Outcome.HANDSHAKE_FAILED || summary.outcome() == Outcome.CONNECT_FAILED) {
            String why = role + ": "
                    + (summary.cause() == null ? "left" : summary.cause().getMessage());
            away.computeIfAbsent(why, first -> new LongAdder()).increment();
        }
    }

    @Override
    public String toString() {
        return away.toString();
    }
}
