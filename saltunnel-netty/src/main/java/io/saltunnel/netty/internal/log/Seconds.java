package io.saltunnel.netty.internal.log;

import java.math.BigDecimal;
import java.time.Duration;

/** Formats times for messages. */
public final class Seconds {
    private Seconds() {}

    /**
     * Formats a time in seconds, with as many decimals as it has.
     *
     * @param time any length
     * @return for example {@code 2.5 s}
     */
    public static String of(Duration time) {
        BigDecimal seconds = BigDecimal.valueOf(time.getSeconds()).add(BigDecimal.valueOf(time.getNano(), 9));
        return (seconds.signum() == 0 ? BigDecimal.ZERO : seconds.stripTrailingZeros()).toPlainString() + " s";
    }
}
