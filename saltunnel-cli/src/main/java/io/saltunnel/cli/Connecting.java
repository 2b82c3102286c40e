package io.saltunnel.cli;

import io.saltunnel.netty.TunnelBuilder;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.Failover;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.address.InheritedSocket;
import io.saltunnel.netty.address.UnixPath;
import java.util.List;
import java.util.stream.Stream;

/** How and where a tunnel makes its outgoing connections, by the options. */
final class Connecting {

    private Connecting() {}

    /** Hands the options to the tunnel's builder. */
    static void choose(ConnectOptions options, TunnelBuilder<?> tunnel, Choices choices) {
        choices.make("--timeout", options.peer.connectTimeout, tunnel::connectTimeout);
        choices.make("--connect-patience", options.connectPatience, tunnel::connectPatience);
        choices.make("--failover", options.failover, order -> tunnel.failover(failover(order)));
        choices.make("--handshake-timeout", options.peer.handshakeTimeout, tunnel::handshakeTimeout);
        choices.make("--tunnel-name", options.peer.name, name -> tunnel.name(ProtocolNames.checkedName(name)));
    }

    private static Failover failover(String text) {
        return switch (text) {
            case "prio" -> Failover.PRIORITY;
            case "rr" -> Failover.ROUND_ROBIN;
            default -> throw new IllegalArgumentException("'" + text + "' is no order of failover: choose prio or rr");
        };
    }

    /**
     * Reads one address or several, with commas in between.
     *
     * @throws IllegalArgumentException with a message for the user, if one can't be connected to
     */
    static List<Endpoint> destinations(String text) {
        return Stream.of(text.split(",", -1))
                .map(each -> destination(each.strip()))
                .toList();
    }

    private static Endpoint destination(String text) {
        Endpoint endpoint = Endpoint.parse(text);
        if (endpoint instanceof UnixPath path && path.mode() != UnixPath.DEFAULT_MODE) {
            throw new IllegalArgumentException("'" + text + "' has a mode: only a path to listen on can");
        }
        if (endpoint instanceof InheritedSocket) {
            throw new IllegalArgumentException("'" + text + "' can only be listened on");
        }
        if (!(endpoint instanceof HostAndPort destination)) {
            return endpoint;
        }
        if (destination.host().isEmpty()) {
            throw new IllegalArgumentException("'" + text + "' has no host to forward to");
        }
        if (destination.port() == 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' has port 0: nothing can be forwarded there, only listened on");
        }
        return destination;
    }
}
