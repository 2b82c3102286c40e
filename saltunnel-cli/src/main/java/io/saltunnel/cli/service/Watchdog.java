package io.saltunnel.cli.service;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the service manager a sign of life, as long as every event loop turns. One thread at a time.
 *
 * <pre>
 *   check: add a task to each loop ──▶ check: all tasks have run ──▶ WATCHDOG=1, and the next tasks
 *                                      check: one has not        ──▶ nothing, so that the service manager acts
 * </pre>
 */
final class Watchdog {

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    /** The number of checks within the service manager's time limit. */
    static final int CHECKS_IN_LIMIT = 4;

    private final Supplier<CompletableFuture<Void>> turn;
    private final Notifier notifier;
    private @Nullable CompletableFuture<Void> running;
    private boolean hanging;

    /**
     * A watchdog that has not checked yet.
     *
     * @param turn adds a task to each event loop; completes when all have run
     * @param notifier receives the signs of life
     */
    Watchdog(Supplier<CompletableFuture<Void>> turn, Notifier notifier) {
        this.turn = turn;
        this.notifier = notifier;
    }

    /** Sends a sign of life if every event loop has turned since the last check. */
    void check() {
        if (running != null && !running.isDone()) {
            if (!hanging) {
                hanging = true;
                LOG.warn("an event loop hangs, so the service manager gets no sign of life until it goes on");
            }
            return;
        }
        if (running != null) {
            notifier.send("WATCHDOG=1");
        }
        hanging = false;
        running = turn.get();
    }
}
