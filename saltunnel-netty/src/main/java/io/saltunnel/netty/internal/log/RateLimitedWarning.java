package io.saltunnel.netty.internal.log;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Logs at most one warning per second, or per another interval. An event that happens a thousand times a second is
 * logged once, and the last warning that was left out is logged at the end of the interval, with the number of others.
 */
public final class RateLimitedWarning {
    private final LongSupplier nanoTime;
    private final Timer timer;
    private final long intervalNanos;
    private final AtomicLong next;

    // The warnings that were left out. All guarded by this.

    private long untold;

    /** Logs the last of them, given the number of the others. */
    private LongConsumer last = others -> {};

    /** Cancels the task that will log the last one; null if none was left out. */
    private @Nullable Runnable callOff;

    /** Runs a task once, after a delay. */
    @FunctionalInterface
    interface Timer {
        /** Returns an action that cancels the task, after which nothing refers to it any more. */
        Runnable runIn(long nanos, Runnable task);
    }

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
        this(interval, System::nanoTime, RateLimitedWarning::runOnDaemon);
    }

    RateLimitedWarning(Duration interval, LongSupplier nanoTime, Timer timer) {
        this.intervalNanos = interval.toNanos();
        this.nanoTime = nanoTime;
        this.timer = timer;
        this.next = new AtomicLong(nanoTime.getAsLong());
    }

    /** Uses Java's own thread for delays, which doesn't keep the process alive. */
    private static Runnable runOnDaemon(long nanos, Runnable task) {
        CompletableFuture<Boolean> delay = new CompletableFuture<>();
        CompletableFuture<Void> unused = delay.thenRun(task);
        // Only then the time begins: the task never runs on this thread, inside the call that records it.
        CompletableFuture<Boolean> same = delay.completeOnTimeout(true, nanos, TimeUnit.NANOSECONDS);
        return () -> same.cancel(false);
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
        tell(others -> log.warn(format + words(others), arguments), log, format, arguments);
    }

    /**
     * Like {@link #warn}, but logs an error. Any thread.
     *
     * @param log where to
     * @param format of the line, as SLF4J takes it
     * @param arguments for the format, and an exception, if any, behind them
     */
    public void error(Logger log, String format, @Nullable Object... arguments) {
        tell(others -> log.error(format + words(others), arguments), log, format, arguments);
    }

    private void tell(LongConsumer line, Logger log, String format, @Nullable Object... arguments) {
        if (isDue()) {
            line.accept(takeUntold());
        } else if (log.isDebugEnabled()) {
            log.debug(format, arguments);
        } else {
            leaveOut(line);
        }
    }

    private synchronized void leaveOut(LongConsumer line) {
        last = line;
        untold++;
        if (callOff == null) {
            callOff = timer.runIn(Math.max(0, next.get() - nanoTime.getAsLong()), this::logLastIfDue);
        }
    }

    /** Logs the last warning left out, because the next warning may never come. */
    private void logLastIfDue() {
        if (isDue()) {
            flush();
            return;
        }
        synchronized (this) {
            if (callOff != null) { // the timer was early, or another warning is just about to tell the number
                callOff = timer.runIn(Math.max(1, next.get() - nanoTime.getAsLong()), this::logLastIfDue);
            }
        }
    }

    /**
     * Logs the last warning that was left out, if there is one, with the number of others. A tunnel calls this at its
     * end, so that nothing is lost and no timer outlives it. Any thread.
     */
    public void flush() {
        LongConsumer line;
        long number;
        synchronized (this) {
            line = last;
            number = takeUntold();
        }
        if (number > 0) {
            line.accept(number - 1);
        }
    }

    private synchronized long takeUntold() {
        long number = untold;
        untold = 0;
        last = others -> {};
        if (callOff != null) {
            callOff.run();
            callOff = null;
        }
        return number;
    }

    private static String words(long others) {
        return others == 0 ? "" : " (and " + others + " more like this since the last one told)";
    }
}
