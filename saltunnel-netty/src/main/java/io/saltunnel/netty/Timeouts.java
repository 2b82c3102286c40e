package io.saltunnel.netty;

import java.time.Duration;

/**
 * The bounds of every time-out that somebody may set: what Netty's timers can count, and nothing that only a mistake
 * would ask for.
 */
final class Timeouts {
    private static final Duration MIN = Duration.ofMillis(1);
    private static final Duration MAX = Duration.ofDays(365);

    private Timeouts() {}

    /** Returns the time-out if it is from a millisecond to 365 days, both included. */
    static Duration checked(String name, Duration timeout) {
        if (timeout.compareTo(MIN) < 0 || timeout.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(
                    "the " + name + " time-out must be from 1 ms to 365 days, not " + timeout);
        }
        return timeout;
    }
}
