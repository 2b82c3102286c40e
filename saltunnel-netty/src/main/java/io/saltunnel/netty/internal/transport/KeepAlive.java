package io.saltunnel.netty.internal.transport;

import io.saltunnel.netty.internal.log.Seconds;
import java.time.Duration;

/**
 * When the system probes a connection that receives nothing, to find out whether its peer is still there.
 *
 * @param idle the silence before the first probe, in whole seconds
 * @param interval the time between probes, in whole seconds
 * @param probes the number of unanswered probes that ends the connection
 */
public record KeepAlive(Duration idle, Duration interval, int probes) {
    private static final Duration MAX_TIME = Duration.ofSeconds(32_767);
    private static final int MAX_PROBES = 127;

    /**
     * Gives up a peer after two minutes. Probes often enough that an address translator doesn't forget the connection.
     */
    public static final KeepAlive DEFAULT = new KeepAlive(Duration.ofSeconds(60), Duration.ofSeconds(15), 4);

    /** Checks the bounds of the system. */
    public KeepAlive {
        checkTime("idle time", idle);
        checkTime("interval", interval);
        if (probes < 1 || probes > MAX_PROBES) {
            throw new IllegalArgumentException(
                    "the keepalive probes must be from 1 to " + MAX_PROBES + ", not " + probes);
        }
    }

    private static void checkTime(String name, Duration time) {
        if (time.compareTo(Duration.ofSeconds(1)) < 0 || time.compareTo(MAX_TIME) > 0 || time.toNanosPart() != 0) {
            throw new IllegalArgumentException("the keepalive " + name + " must be from 1 s to " + MAX_TIME.toSeconds()
                    + " s, in whole seconds, not " + Seconds.of(time));
        }
    }
}
