package io.saltunnel.cli;

import io.saltunnel.cli.status.ProcessView;
import io.saltunnel.cli.status.StatusServer;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the process shows its status: at one address, or nowhere. A reload may move it. Any thread. */
final class StatusDoor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StatusDoor.class);

    private final ProcessView view;
    private Optional<Endpoint> address = Optional.empty();
    private @Nullable StatusServer server;

    /** A door that isn't open yet. */
    StatusDoor(ProcessView view) {
        this.view = view;
    }

    /**
     * Opens the door at the start.
     *
     * @param wanted its address; empty for none
     * @throws CommandFailure if it can't listen there
     */
    synchronized void open(Optional<Endpoint> wanted) {
        server = wanted.map(this::start).orElse(null);
        address = wanted;
    }

    /**
     * Moves the door together with a change of the tunnels: both happen, or neither. It opens at its new address before
     * the change, and closes at the old one after it. If the old address collides with a new one, the door closes there
     * first, and opens there again if the change fails.
     *
     * @param wanted its new address; empty for none
     * @param needed the addresses that the tunnels listen on after the change
     * @param change changes the tunnels
     * @return the result of the change
     * @throws CommandFailure if it can't listen at its new address; nothing has changed then
     */
    synchronized TunnelChange.Result moveTo(
            Optional<Endpoint> wanted, Collection<Endpoint> needed, Supplier<TunnelChange.Result> change) {
        if (wanted.equals(address)) {
            return change.get();
        }
        StatusServer before = server;
        boolean inTheWay = before != null
                && address.stream()
                        .anyMatch(old -> wanted.stream().anyMatch(next -> PlanChecks.collide(old, next))
                                || needed.stream().anyMatch(listen -> PlanChecks.collide(old, listen)));
        if (inTheWay) {
            close(before);
        }
        StatusServer next = null;
        boolean moved = false;
        try {
            next = wanted.map(this::start).orElse(null);
            TunnelChange.Result result = change.get();
            moved = result.failures().isEmpty();
            return result;
        } finally {
            if (moved) {
                server = next;
                address = wanted;
                close(inTheWay ? null : before);
            } else {
                close(next);
                server = inTheWay ? startAgain() : before;
            }
        }
    }

    private StatusServer start(Endpoint listen) {
        try {
            StatusServer started = StatusServer.start(listen, view);
            LOG.info(
                    "status page on {}{}",
                    started.address() instanceof HostAndPort ? "http://" : "",
                    started.address());
            if (isOpenToOthers(started.address())) {
                LOG.warn(
                        "the status page on {} can be read from other machines, without a password: it shows addresses"
                                + " and counts; let it listen on 127.0.0.1 unless a firewall protects it",
                        started.address());
            }
            return started;
        } catch (IOException e) {
            throw new CommandFailure("status page: " + ListenFailure.at(listen, e), e);
        }
    }

    private @Nullable StatusServer startAgain() {
        try {
            return address.map(this::start).orElse(null);
        } catch (CommandFailure e) {
            LOG.error("{}; there is no status page any more. Reload again to retry", e.getMessage());
            address = Optional.empty();
            return null;
        }
    }

    private static boolean isOpenToOthers(Endpoint bound) {
        return bound instanceof HostAndPort tcp
                && !tcp.numericAddress().map(InetAddress::isLoopbackAddress).orElse(false);
    }

    private static void close(@Nullable StatusServer open) {
        if (open != null) {
            open.close();
        }
    }

    @Override
    public synchronized void close() {
        close(server);
        server = null;
    }
}
