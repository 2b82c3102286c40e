package io.saltunnel.cli;

import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns of a target's name that doesn't resolve when the tunnel starts, not only at its first connection. */
final class TargetNames {

    private static final Logger LOG = LoggerFactory.getLogger(TargetNames.class);

    private TargetNames() {}

    /** Looks up one name. */
    @FunctionalInterface
    interface LookUp {
        InetAddress[] addressesOf(String host) throws UnknownHostException;
    }

    /** Looks up the targets of these tunnels, on another thread, because a resolver may take half a minute to fail. */
    static void check(List<TunnelPlan> plans) {
        List<TunnelPlan> named = plans.stream()
                .filter(plan -> plan.to().stream().anyMatch(TargetNames::hasName))
                .toList();
        if (named.isEmpty()) {
            return;
        }
        Thread thread = new Thread(
                () -> named.forEach(plan -> plan.to()
                        .forEach(to -> warning(to, InetAddress::getAllByName)
                                .ifPresent(warning -> LOG.warn("{}{}", plan.prefix(), warning)))),
                "saltunnel-names");
        thread.setDaemon(true);
        thread.start();
    }

    /** The warning for the user if the name doesn't resolve. */
    static Optional<String> warning(Endpoint to, LookUp lookUp) {
        if (!(to instanceof HostAndPort tcp) || !hasName(to)) {
            return Optional.empty();
        }
        try {
            InetAddress[] unused = lookUp.addressesOf(tcp.host());
            return Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.of(
                    "the name " + tcp.host()
                            + " does not resolve: connections will fail until it does; check its spelling and this machine's DNS");
        }
    }

    private static boolean hasName(Endpoint to) {
        return to instanceof HostAndPort tcp
                && tcp.numericAddress().isEmpty()
                && tcp.host().indexOf(':') < 0;
    }
}
