package io.saltunnel.netty.internal.connect;

import io.saltunnel.netty.address.Failover;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a connector chooses among its targets. A target that failed rests: for {@link #REST}, it is tried only after the
 * others. When that time is over, one connection tries it first, while the others still avoid it.
 *
 * @param failover which target is tried first
 * @param timeout the longest time for one target, including its name and every address; null for the system's limit
 * @param patience how long a connection keeps trying when all targets have failed; zero for one try
 */
public record ConnectPolicy(Failover failover, @Nullable Duration timeout, Duration patience) {
    /** How long a target rests after a failure. */
    static final Duration REST = Duration.ofSeconds(5);

    /** The longest time for a target that isn't the last resort: TCP has asked twice by then. */
    static final Duration MOVE_ON = Duration.ofSeconds(3);

    /**
     * One try.
     *
     * @param timeout the longest time for it; null for the system's limit
     * @return a policy without patience
     */
    public static ConnectPolicy once(@Nullable Duration timeout) {
        return new ConnectPolicy(Failover.PRIORITY, timeout, Duration.ZERO);
    }

    /** The longest time for one target; null for the system's limit. */
    @Nullable
    Duration limit(boolean lastResort) {
        if (lastResort || timeout != null && timeout.compareTo(MOVE_ON) < 0) {
            return timeout;
        }
        return MOVE_ON;
    }
}
