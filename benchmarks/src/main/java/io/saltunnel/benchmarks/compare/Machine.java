package io.saltunnel.benchmarks.compare;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures how long this machine delays a thread that only reads the clock, while nothing else is measured: other users
 * of the hardware and the kernel's own threads take the processors away. The pauses of the collector and the slowest
 * echoes are compared with this.
 */
final class Machine {
    private static final long LONG_NANOS = 1_000_000;

    private Machine() {}

    /** Prints the delays of one thread per processor. */
    static void print(Duration time) throws InterruptedException {
        List<Clock> clocks = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            Clock clock = new Clock(time);
            clock.start();
            clocks.add(clock);
        }
        for (Clock clock : clocks) {
            clock.join();
            System.out.printf(
                    "a thread that looks at the clock: %d gaps above 1 ms, %.2f %% of the time, the longest %.1f ms%n",
                    clock.number, clock.sum * 100.0 / time.toNanos(), clock.longest / 1e6);
        }
    }

    /** Reads the clock without end. */
    private static final class Clock extends Thread {
        private final Duration time;
        private int number;
        private long sum;
        private long longest;

        Clock(Duration time) {
            this.time = time;
        }

        @Override
        public void run() {
            long start = System.nanoTime();
            long before = start;
            while (before - start < time.toNanos()) {
                long now = System.nanoTime();
                long gap = now - before;
                if (gap > LONG_NANOS) {
                    number++;
                    sum += gap;
                    longest = Math.max(longest, gap);
                }
                before = now;
            }
        }
    }
}
