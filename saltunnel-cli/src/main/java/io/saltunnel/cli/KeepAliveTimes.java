package io.saltunnel.cli;

import io.saltunnel.netty.TunnelBuilder;
import java.time.Duration;

/** The times of probes of a silent connection, as given by the user. */
record KeepAliveTimes(int idleSeconds, int intervalSeconds, int probes) {

    static final int DEFAULT_INTERVAL_SECONDS = 15;
    static final int DEFAULT_PROBES = 4;

    /**
     * Sets them on the tunnel's builder.
     *
     * @throws IllegalArgumentException with a message for the user, if one is out of its bounds
     */
    void chooseFor(TunnelBuilder<?> tunnel) {
        tunnel.keepAlive(Duration.ofSeconds(idleSeconds), Duration.ofSeconds(intervalSeconds), probes);
    }
}
