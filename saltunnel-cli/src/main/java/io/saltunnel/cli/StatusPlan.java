package io.saltunnel.cli;

import io.saltunnel.cli.status.ProcessWarning;
import io.saltunnel.cli.status.Tallies;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.InheritedSocket;
import java.util.List;
import java.util.Optional;

/**
 * Whether the process has a status server at its start, and what that needs before there are tunnels.
 *
 * @param address where it listens; empty for none
 * @param kept counts for each tunnel while there is a status server
 * @param warnings about the process, as far as they are known at its start
 */
record StatusPlan(Optional<Endpoint> address, Tallies kept, List<ProcessWarning> warnings) {

    /**
     * Reads the address of a status page.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    static Endpoint address(String text) {
        Endpoint address = Endpoint.parse(text);
        if (address instanceof InheritedSocket) {
            throw new IllegalArgumentException(
                    "'" + text + "': only tunnels listen on a socket of the service manager; name an address");
        }
        return address;
    }

    static StatusPlan of(Optional<Endpoint> address, List<ProcessWarning> warnings) {
        return new StatusPlan(address, Tallies.kept(System::nanoTime), List.copyOf(warnings));
    }

    /** What counts in the first tunnels: nothing without a status server. */
    Tallies tallies() {
        return talliesFor(address);
    }

    /** What counts in the tunnels of a file: nothing if it has no status server. */
    Tallies talliesFor(Optional<Endpoint> status) {
        return status.isPresent() ? kept : Tallies.none();
    }
}
