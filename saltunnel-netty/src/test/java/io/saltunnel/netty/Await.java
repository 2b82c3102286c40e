package io.saltunnel.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Waits for an action of another thread or the system, and fails if it doesn't happen. */
final class Await {
    private static final long PATIENCE_SECONDS = 30;

    private Await() {}

    static void until(String what, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("time for %s", what).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
