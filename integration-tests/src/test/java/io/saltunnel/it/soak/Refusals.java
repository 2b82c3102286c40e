package io.saltunnel.it.soak;

import io.netty.channel.ChannelHandler;
import io.saltunnel.netty.stage.ConnectionSummary;
import io.saltunnel.netty.stage.ConnectionSummary.Outcome;
import io.saltunnel.netty.stage.PipelineStage;
import io.saltunnel.netty.stage.TunnelConnection;
import io.saltunnel.netty.stage.TunnelConnection.Role;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Follows the applications' connections through client and server. For each that got no tunnel, it reports the client's
 * and the server's reason. The flood has other addresses.
 *
 * <pre>
 *   application, its port ─▶ client's trace, the port of its wire ─▶ server's trace
 * </pre>
 */
final class Refusals implements PipelineStage {
    /** Used as a reason: this end has no trace of the connection. */
    static final String UNKNOWN = "unknown ";

    private record Refused(int port, long at) {}

    private final Map<TunnelConnection, Trace> open = new ConcurrentHashMap<>();
    private final Queue<Trace> unfinished = new ConcurrentLinkedQueue<>();
    private final Queue<Refused> refused = new ConcurrentLinkedQueue<>();

    @Override
    public List<ChannelHandler> handlersAt(Place place, TunnelConnection connection) {
        if (!isApplications(connection)) {
            return List.of();
        }
        if (place == Place.ofAcceptedSocket(connection.role())) {
            open.put(connection, new Trace(connection.role(), ((InetSocketAddress) connection.peer()).getPort()));
            connection.whenEnded(summary -> ended(connection, summary));
        }
        Trace trace = open.get(connection);
        return trace == null || place == Place.PLAIN_SOCKET ? List.of() : List.of(trace.handlerAt(place));
    }

    private static boolean isApplications(TunnelConnection connection) {
        return connection.peer() instanceof InetSocketAddress peer
                && peer.getAddress() != null
                && peer.getAddress().equals(((InetSocketAddress) connection.local()).getAddress());
    }

    /** Connections that got a tunnel are ignored. */
    private void ended(TunnelConnection connection, ConnectionSummary summary) {
        Trace trace = open.remove(connection);
        if (trace != null && summary.outcome() != Outcome.COMPLETED) {
            trace.end(summary);
            unfinished.add(trace);
        }
    }

    /** An application was refused; its end of the connection had this port. */
    void refused(int port) {
        refused.add(new Refused(port, System.nanoTime()));
    }

    int count() {
        return refused.size();
    }

    /** The number of refusals for each reason. To be called once everything has ended. */
    Map<String, Integer> byReason() {
        Map<String, Integer> count = new TreeMap<>();
        refused.forEach(one -> count.merge(reason(one), 1, Integer::sum));
        return count;
    }

    private String reason(Refused application) {
        Trace client = client(application);
        if (client == null) {
            return UNKNOWN + "to the client";
        }
        String reason = "client: " + client.outcome();
        if (client.wirePort == 0) {
            return reason + "; not connected to the server";
        }
        Trace server = server(client);
        return server == null
                ? reason + "; " + UNKNOWN + "to the server"
                : reason + "; server: " + server.outcome() + ", " + state(client, server);
    }

    /** The state of the connection when the server dropped it. */
    private static String state(Trace client, Trace server) {
        if (server.heard != Trace.NEVER && server.heard - server.letGo() < 0) {
            return "which had read its hello";
        }
        return client.begun - server.letGo() < 0
                ? "which hadn't read the hello that was there"
                : "before it had said hello";
    }

    /** All details of each refusal, for debugging. */
    List<String> details() {
        return refused.stream().map(this::details).toList();
    }

    private String details(Refused application) {
        Trace client = client(application);
        Trace server = client == null ? null : server(client);
        if (client == null || server == null) {
            return reason(application);
        }
        return ("%s; client connected to the server %s after it accepted; server accepted %s later, heard after %s, "
                        + "let go after %s; client over after %s")
                .formatted(
                        reason(application),
                        Trace.millis(client.accepted, client.begun),
                        Trace.millis(client.begun, server.accepted),
                        Trace.millis(server.accepted, server.heard),
                        Trace.millis(server.accepted, server.letGo()),
                        Trace.millis(client.begun, client.ended));
    }

    private @Nullable Trace client(Refused application) {
        return find(Role.CLIENT, application.port, application.at);
    }

    private @Nullable Trace server(Trace client) {
        return find(Role.SERVER, client.wirePort, client.begun);
    }

    /** Ports are reused: picks the connection that had the port at that time, or nearest to it. */
    private @Nullable Trace find(Role role, int peerPort, long at) {
        return unfinished.stream()
                .filter(trace -> trace.role == role && trace.peerPort == peerPort)
                .min(Comparator.comparingLong(trace -> distance(trace, at)))
                .orElse(null);
    }

    private static long distance(Trace trace, long at) {
        return Math.max(0, Math.max(trace.accepted - at, at - trace.ended));
    }
}
