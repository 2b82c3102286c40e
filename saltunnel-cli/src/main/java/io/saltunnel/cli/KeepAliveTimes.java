package io.saltunnel.cli;

import io.saltunnel.netty.TunnelBuilder;
import java.time.Duration;

/** The times of probes of a silent connection, as given by the user. */
record KeepAliveTimes(Duration idle, Duration interval, int probes) {

    static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(15);
    static final int DEFAULT_PROBES = 4;

    /**
     * Sets them on the tunnel's builder.
     *
     * @throws IllegalArgumentException with a message for the user, if one is out of its bounds
     */
    void chooseFor(TunnelBuilder<?> tunnel) {
        tunnel.keepAlive(idle, interval, probes);
    }
}
