package io.saltunnel.benchmarks.compare;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A thread that only works for the duration of a collection, ten times a second beside a load. It shows how long the
 * system takes for that much work while it shares out the processors. The pauses of the collector are compared with it,
 * because a pause is as short as its work only if a processor is free.
 */
final class Bystander implements AutoCloseable {
    /** The median duration of a collection that finds new connections alive, on a quiet machine. */
    private static final Duration WORK = Duration.ofNanos(2_300_000);

    private static final Duration REST = Duration.ofMillis(100);

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final List<Long> nanos = Collections.synchronizedList(new ArrayList<>());
    private final Thread thread = new Thread(this::run, "bystander");

    Bystander() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(REST.toNanos());
                long start = System.nanoTime();
                long end = threads.getCurrentThreadCpuTime() + WORK.toNanos();
                while (threads.getCurrentThreadCpuTime() < end) {
                    Thread.onSpinWait();
                }
                nanos.add(System.nanoTime() - start);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /** Prints the values since the last call, or since the start. */
    void print() {
        synchronized (nanos) {
            if (!nanos.isEmpty()) {
                Collections.sort(nanos);
                System.out.printf(
                        "  for comparison, %.1f ms of work beside it took %.1f ms in the median, %.1f ms at the "
                                + "longest, more than %d ms in %d of %d times%n",
                        WORK.toNanos() / 1e6,
                        nanos.get(nanos.size() / 2) / 1e6,
                        nanos.get(nanos.size() - 1) / 1e6,
                        Pauses.LONG.toMillis(),
                        nanos.stream()
                                .filter(took -> took > Pauses.LONG.toNanos())
                                .count(),
                        nanos.size());
                nanos.clear();
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
