package io.saltunnel.netty.internal.log;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Logs at most one warning per second, or per another interval. An event that happens a thousand times a second is
 * logged once, with the number of warnings left out.
 */
public final class RateLimitedWarning {
    private final LongSupplier nanoTime;
    private final long intervalNanos;
    private final AtomicLong next;
    private final AtomicLong untold = new AtomicLong();

    /** Passes the first warning at once, then at most one per second. */
    public RateLimitedWarning() {
        this(Duration.ofSeconds(1));
    }

    /**
     * Passes the first warning at once.
     *
     * @param interval the shortest time between two warnings
     */
    public RateLimitedWarning(Duration interval) {
        this(interval, System::nanoTime);
    }

    RateLimitedWarning(Duration interval, LongSupplier nanoTime) {
        this.intervalNanos = interval.toNanos();
        this.nanoTime = nanoTime;
        this.next = new AtomicLong(nanoTime.getAsLong());
    }

    /**
     * Requests permission to warn. Any thread.
     *
     * @return true at most once per interval
     */
    public boolean isDue() {
        long now = nanoTime.getAsLong();
        long due = next.get();
        return now - due >= 0 && next.compareAndSet(due, now + intervalNanos);
    }

    /**
     * Logs a warning at most once per interval, with the number of warnings left out before it. If debug logging is on,
     * the others are logged as debug lines instead. Any thread.
     *
     * @param log where to
     * @param format of the line, as SLF4J takes it
     * @param arguments for the format, and an exception, if any, behind them
     */
    public void warn(Logger log, String format, @Nullable Object... arguments) {
        if (isDue()) {
            log.warn(format + others(), arguments);
        } else {
            leaveOut(log, format, arguments);
        }
    }

    /**
     * Like {@link #warn}, but logs an error. Any thread.
     *
     * @param log where to
     * @param format of the line, as SLF4J takes it
     * @param arguments for the format, and an exception, if any, behind them
     */
    public void error(Logger log, String format, @Nullable Object... arguments) {
        if (isDue()) {
            log.error(format + others(), arguments);
        } else {
            leaveOut(log, format, arguments);
        }
    }

    private String others() {
        long others = untold.getAndSet(0);
        return others == 0 ? "" : " (and " + others + " more like this since the last one told)";
    }

    private void leaveOut(Logger log, String format, @Nullable Object... arguments) {
        if (log.isDebugEnabled()) {
            log.debug(format, arguments);
        } else {
            untold.incrementAndGet();
        }
    }
}
