package io.saltunnel.cli;

import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.address.InheritedSocket;
import io.saltunnel.netty.address.UnixPath;
import java.nio.file.Path;
import java.util.List;

/** Finds combinations of options that can't work, although each option is valid. */
final class PlanChecks {

    private PlanChecks() {}

    /** Reports what can't work to the faults of each plan. */
    static void check(List<TunnelPlan> plans) {
        for (int i = 0; i < plans.size(); i++) {
            TunnelPlan plan = plans.get(i);
            if (plan.to().stream().anyMatch(to -> leadsBack(plan.listen(), to))) {
                plan.faults()
                        .found(TunnelPlan.TO, "this tunnel would connect to itself: it listens on " + plan.listen());
            }
            for (TunnelPlan earlier : plans.subList(0, i)) {
                if (collide(plan.listen(), earlier.listen())) {
                    plan.faults()
                            .found(
                                    TunnelPlan.LISTEN,
                                    "tunnel '" + earlier.label() + "' listens on " + earlier.listen()
                                            + " already: choose another port or address");
                    break;
                }
            }
        }
    }

    /** The same of the address of the status page. */
    static void checkStatus(Endpoint status, List<TunnelPlan> plans) {
        for (TunnelPlan plan : plans) {
            if (collide(plan.listen(), status)) {
                plan.faults()
                        .found(
                                TunnelPlan.LISTEN,
                                "the status page is to listen on " + status + ": choose another port or address");
            }
        }
    }

    /** Whether two addresses can't be listened on at the same time. */
    static boolean collide(Endpoint one, Endpoint other) {
        return one instanceof InheritedSocket && one.equals(other)
                || samePath(one, other)
                || samePort(one, other) && Hosts.of((HostAndPort) one).overlap(Hosts.of((HostAndPort) other));
    }

    private static boolean leadsBack(Endpoint listen, Endpoint to) {
        return samePath(listen, to)
                || samePort(listen, to) && Hosts.of((HostAndPort) listen).areReachedBy(Hosts.of((HostAndPort) to));
    }

    private static boolean samePath(Endpoint one, Endpoint other) {
        return one instanceof UnixPath path
                && other instanceof UnixPath otherPath
                && Path.of(path.path())
                        .normalize()
                        .equals(Path.of(otherPath.path()).normalize());
    }

    private static boolean samePort(Endpoint one, Endpoint other) {
        return one instanceof HostAndPort tcp
                && other instanceof HostAndPort otherTcp
                && tcp.port() != 0
                && tcp.port() == otherTcp.port();
    }
}
