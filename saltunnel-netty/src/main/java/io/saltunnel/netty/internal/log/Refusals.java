package io.saltunnel.netty.internal.log;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/**
 * Logs at the default level that a tunnel refuses connections. The first refusal is logged at once. Then one line a
 * minute has the number of refusals, their reasons, and the last address, so that a flood of strangers makes one line a
 * minute. Any thread.
 *
 * <pre>
 *   QUIET ── a refusal: logged at once ─▶ COUNTING ── each minute: the counts, if there are any
 *     ▲                                      │
 *     └──────────── a minute without one ────┘
 * </pre>
 */
public final class Refusals {
    static final Duration PERIOD = Duration.ofMinutes(1);

    // All guarded by this.
    private final Map<String, Integer> counts = new TreeMap<>();
    private Supplier<String> last = () -> "";
    private boolean counting;

    /** A counter of refusals that begins at zero. */
    public Refusals() {}

    /**
     * Counts a refusal.
     *
     * @param reason a few words, from a fixed set, because each has a counter of its own
     * @param peer formats the address that the connection came from; called at most once a minute, on the timer's
     *     thread
     * @param log receives the counts
     * @param timer logs the counts; if it is shut down, {@link #flush} still logs them
     * @return whether it is the first refusal for a minute or more, which the caller logs itself
     */
    public synchronized boolean add(String reason, Supplier<String> peer, Logger log, ScheduledExecutorService timer) {
        if (counting) {
            counts.merge(reason, 1, Integer::sum);
            last = peer;
            return false;
        }
        counting = true;
        logAfterPeriod(log, timer);
        return true;
    }

    private void logAfterPeriod(Logger log, ScheduledExecutorService timer) {
        try {
            timer.schedule(() -> logCounts(log, timer), PERIOD.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            counting = false; // the event loop is being shut down, and the tunnel with it
        }
    }

    private synchronized void logCounts(Logger log, ScheduledExecutorService timer) {
        if (counts.isEmpty()) {
            counting = false;
            return;
        }
        logCounts(log);
        logAfterPeriod(log, timer);
    }

    /**
     * Logs what has been counted since the last line. A tunnel calls this at its end.
     *
     * @param log receives the counts
     */
    public synchronized void flush(Logger log) {
        if (!counts.isEmpty()) {
            logCounts(log);
        }
    }

    private void logCounts(Logger log) {
        int sum = counts.values().stream().mapToInt(Integer::intValue).sum();
        log.info("{} refused in the last minute: {}, last from {}", sum, reasons(), last.get());
        counts.clear();
        last = () -> "";
    }

    /** The number of each reason, or the reason alone if there is only one. */
    private String reasons() {
        return counts.size() == 1
                ? counts.keySet().iterator().next()
                : counts.entrySet().stream()
                        .map(count -> count.getValue() + " with " + count.getKey())
                        .collect(Collectors.joining(", "));
    }
}
