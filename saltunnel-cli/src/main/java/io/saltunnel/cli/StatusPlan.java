package io.saltunnel.cli;

import io.saltunnel.cli.status.ProcessWarning;
import io.saltunnel.cli.status.StatusServer;
import io.saltunnel.cli.status.Tallies;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the process has a status server, and what that needs before there are tunnels.
 *
 * @param address where it listens; empty for none
 * @param tallies counts for each tunnel, if there is a server
 * @param warnings what is doubtful about the process, known at its start; a line each
 */
record StatusPlan(Optional<Endpoint> address, Tallies tallies, List<ProcessWarning> warnings) {

    private static final Logger LOG = LoggerFactory.getLogger(StatusPlan.class);

    static StatusPlan of(Optional<Endpoint> address, List<ProcessWarning> warnings) {
        return new StatusPlan(
                address, address.isPresent() ? Tallies.kept(System::nanoTime) : Tallies.none(), List.copyOf(warnings));
    }

    /**
     * Starts the server, and says where it listens.
     *
     * @return null if there is to be none
     * @throws CommandFailure if it can't listen there
     */
    @Nullable
    StatusServer start(StatusView view) {
        if (address.isEmpty()) {
            return null;
        }
        try {
            StatusServer server = StatusServer.start(address.get(), view);
            LOG.info("status page on {}{}", server.address() instanceof HostAndPort ? "http://" : "", server.address());
            if (isOpenToOthers(server.address())) {
                LOG.warn(
                        "the status page on {} can be read from other machines, without a password: it shows addresses"
                                + " and counts; let it listen on 127.0.0.1 unless a firewall protects it",
                        server.address());
            }
            return server;
        } catch (IOException e) {
            throw new CommandFailure("status page: " + ListenFailure.at(address.get(), e), e);
        }
    }

    private static boolean isOpenToOthers(Endpoint bound) {
        return bound instanceof HostAndPort tcp
                && !tcp.numericAddress().map(InetAddress::isLoopbackAddress).orElse(false);
    }
}
