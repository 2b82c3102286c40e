package io.saltunnel.netty.internal.deadline;

import io.saltunnel.netty.internal.log.Seconds;
import java.time.Duration;

/**
 * The bounds of every configurable time-out. They exclude values that Netty's timers can't count, and obvious mistakes.
 */
public final class Timeouts {
    private static final Duration MIN = Duration.ofMillis(1);
    private static final Duration MAX = Duration.ofDays(365);
    private static final Duration MIN_USER = Duration.ofSeconds(1);
    private static final Duration MAX_USER = Duration.ofDays(24);

    private Timeouts() {}

    /**
     * Checks a user time-out, which the system must be able to count.
     *
     * @param timeout from a second to 24 days, both included
     * @return the same
     * @throws IllegalArgumentException if it is out of these bounds
     */
    public static Duration checkedUser(Duration timeout) {
        if (timeout.compareTo(MIN_USER) < 0 || timeout.compareTo(MAX_USER) > 0) {
            throw new IllegalArgumentException(
                    "the user time-out must be from 1 s to 24 days, not " + Seconds.of(timeout));
        }
        return timeout;
    }

    /**
     * Checks how long to go on trying.
     *
     * @param patience from zero to 365 days, both included
     * @return the same
     * @throws IllegalArgumentException if it is outside of that
     */
    public static Duration checkedPatience(Duration patience) {
        if (patience.isNegative() || patience.compareTo(MAX) > 0) {
            throw new IllegalArgumentException("the patience must be from 0 to 365 days, not " + patience);
        }
        return patience;
    }

    /**
     * Checks a time-out.
     *
     * @param name what it limits, for the message
     * @param timeout from a millisecond to 365 days, both included
     * @return the same
     * @throws IllegalArgumentException if it is out of these bounds
     */
    public static Duration checked(String name, Duration timeout) {
        if (timeout.compareTo(MIN) < 0 || timeout.compareTo(MAX) > 0) {
            throw new IllegalArgumentException(
                    "the " + name + " time-out must be from 1 ms to 365 days, not " + Seconds.of(timeout));
        }
        return timeout;
    }
}
