package io.saltunnel.cli.service;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager what the program does, if one has started it. Any thread.
 *
 * <pre>
 *   starting ── ready ──▶ ready ◀── reloading, reloaded ──▶ reloading
 *       └──────────────────┴── stopping ──▶ stopping, which is final ◀──┘
 * </pre>
 */
public final class Supervisor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

    /** How often the number of open connections is looked at. */
    private static final long STATUS_MILLIS = 2000;

    /** The most characters of a reason. systemd drops a message of more than 4096 bytes. */
    private static final int MOST_REASON = 500;

    private enum Phase {
        STARTING,
        READY,
        RELOADING,
        STOPPING
    }

    private final Notifier notifier;
    private final LongSupplier monotonicMicros;
    private final Optional<Duration> watchdog;
    private final LongSupplier openConnections;
    private Phase phase = Phase.STARTING;
    private String reason = "";
    private String told = "";
    private @Nullable ScheduledExecutorService timer;

    /**
     * A service manager that was told nothing yet.
     *
     * @param notifier sends it messages
     * @param monotonicMicros the time that orders messages about reloads
     * @param watchdog the time within which it wants signs of life; empty for none
     * @param openConnections counts them
     */
    Supervisor(
            Notifier notifier,
            LongSupplier monotonicMicros,
            Optional<Duration> watchdog,
            LongSupplier openConnections) {
        this.notifier = notifier;
        this.monotonicMicros = monotonicMicros;
        this.watchdog = watchdog;
        this.openConnections = openConnections;
    }

    /**
     * The service manager that the environment names. If messages can't be sent to it, a warning says so.
     *
     * @param openConnections counts the connections that its status tells
     * @return one that is told nothing, if the environment names none
     */
    public static Supervisor ofEnvironment(LongSupplier openConnections) {
        ServiceVariables said =
                ServiceVariables.of(System.getenv(), ProcessHandle.current().pid());
        if (said.notifySocket().isEmpty()) {
            return none(openConnections);
        }
        String address = said.notifySocket().get();
        try {
            return new Supervisor(
                    NotifySocket.open(address), NotifySocket::monotonicMicros, said.watchdog(), openConnections);
        } catch (IOException e) {
            LOG.warn(
                    "the service manager at {} can't be told that this program is ready: {}; use Type=exec, without a"
                            + " watchdog",
                    address,
                    e.getMessage());
            return none(openConnections);
        }
    }

    static Supervisor none(LongSupplier openConnections) {
        return new Supervisor(Notifier.NONE, () -> 0, Optional.empty(), openConnections);
    }

    /**
     * Begins to tell regularly how many connections are open, when their number has changed, and to give signs of life.
     *
     * @param turn adds a task to each event loop; completes when all have run
     */
    public synchronized void begin(Supplier<CompletableFuture<Void>> turn) {
        if (notifier == Notifier.NONE) {
            return;
        }
        timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "saltunnel-service");
            thread.setDaemon(true);
            return thread;
        });
        repeat(this::refresh, Duration.ofMillis(STATUS_MILLIS));
        watchdog.ifPresent(
                limit -> repeat(new Watchdog(turn, notifier)::check, limit.dividedBy(Watchdog.CHECKS_IN_LIMIT)));
    }

    private void repeat(Runnable task, Duration period) {
        Runnable guarded = () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("the service manager could not be told", e); // thrown on, it would end the repetition
            }
        };
        if (timer != null) {
            timer.scheduleAtFixedRate(guarded, 0, Math.max(1, period.toNanos()), TimeUnit.NANOSECONDS);
        }
    }

    /** All tunnels listen. */
    public synchronized void ready() {
        if (phase == Phase.STARTING) {
            enter(Phase.READY, "READY=1");
        }
    }

    /** A reload begins. */
    public synchronized void reloading() {
        if (phase == Phase.READY) {
            phase = Phase.RELOADING;
            notifier.send("RELOADING=1\nMONOTONIC_USEC=" + monotonicMicros.getAsLong());
        }
    }

    /**
     * A reload has ended.
     *
     * @param failures why nothing was changed; empty if it succeeded. The status has the first one until the next
     *     reload
     */
    public synchronized void reloaded(List<String> failures) {
        reason = failures.isEmpty() ? "" : failures.get(0);
        if (phase == Phase.RELOADING) {
            enter(Phase.READY, "READY=1");
        }
    }

    /** The program has been told to stop. Nothing but the number of open connections is told after this. */
    public synchronized void stopping() {
        if (phase != Phase.STOPPING) {
            enter(Phase.STOPPING, "STOPPING=1");
        }
    }

    private void enter(Phase next, String message) {
        phase = next;
        if (notifier != Notifier.NONE) {
            told = status();
            notifier.send(message + "\nSTATUS=" + told);
        }
    }

    /** Tells the status if it has changed. */
    synchronized void refresh() {
        if ((phase == Phase.READY || phase == Phase.STOPPING) && !told.equals(status())) {
            told = status();
            notifier.send("STATUS=" + told);
        }
    }

    private String status() {
        String count = openConnections.getAsLong() + " open";
        if (phase == Phase.STOPPING) {
            return count + ", stopping";
        }
        return reason.isEmpty()
                ? count
                : count + ", not reloaded: "
                        + reason.substring(0, Math.min(MOST_REASON, reason.length()))
                                .replaceAll("\\p{Cntrl}", "?");
    }

    /** Ends the regular messages. */
    @Override
    public synchronized void close() {
        if (timer != null) {
            timer.shutdownNow();
        }
    }
}
