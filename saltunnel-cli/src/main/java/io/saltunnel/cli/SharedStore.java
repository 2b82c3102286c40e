package io.saltunnel.cli;

import io.netty.util.concurrent.Future;
import io.saltunnel.cli.status.ReplayMemoryView;
import io.saltunnel.netty.TunnelEnvironment;
import io.saltunnel.netty.replay.ReplayMemory;
import io.saltunnel.netty.replay.ReplayMemoryProvider;
import io.saltunnel.netty.replay.ReplayStore;
import io.saltunnel.netty.replay.WhenUnavailable;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store of replays that this process shares with others. It is asked every second whether it can remember hellos, so
 * that the log and {@code /readyz} say so even while no client comes. Any thread.
 */
final class SharedStore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SharedStore.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration FIRST_PATIENCE = Duration.ofSeconds(3);
    private static final long FIRST_PAUSE_MILLIS = 50;

    private final ReplayPlan.Store plan;
    private final ReplayMemory memory;
    private final ReplayStore store;

    /** Why it can't be asked; null if it can. */
    private volatile @Nullable String fault;

    private volatile boolean closed;
    private @Nullable Future<?> next;

    private SharedStore(ReplayPlan.Store plan, ReplayMemory memory, ReplayStore store) {
        this.plan = plan;
        this.memory = memory;
        this.store = store;
    }

    /**
     * Connects to a store, and waits a moment for its first answer, so that the first clients aren't refused. Not on an
     * event loop.
     *
     * @param environment whose event loops the connection uses
     * @throws CommandFailure if the file with the password can't be used
     */
    static SharedStore open(ReplayPlan.Store plan, TunnelEnvironment environment) {
        ReplayStore store = environment.replayStore(plan.address(), plan.passwordFile());
        ReplayMemory memory;
        try {
            memory = ReplayMemoryProvider.load(plan.address()).open(store);
        } catch (UncheckedIOException e) {
            throw new CommandFailure("cannot use the password for the store of replays: " + e.getMessage(), e);
        }
        SharedStore shared = new SharedStore(plan, memory, store);
        shared.fault = shared.firstAnswer(FIRST_PATIENCE).orElse(null);
        if (shared.fault == null) {
            LOG.debug("the store of replays answers");
        } else {
            shared.tell(shared.fault);
        }
        shared.again();
        return shared;
    }

    ReplayMemory memory() {
        return memory;
    }

    WhenUnavailable whenUnavailable() {
        return plan.whenUnavailable();
    }

    ReplayMemoryView view() {
        return new ReplayMemoryView(Optional.ofNullable(fault), plan.whenUnavailable() == WhenUnavailable.REFUSE);
    }

    /** Asks until the store answers. Returns why it did not in this time; empty if it did. */
    Optional<String> firstAnswer(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        String why = "it doesn't answer";
        while (System.nanoTime() - end < 0) {
            try {
                memory.probe().toCompletableFuture().get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                return Optional.empty();
            } catch (ExecutionException e) {
                why = reason(e);
            } catch (TimeoutException e) {
                break;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
            pause();
        }
        return Optional.of(why);
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(FIRST_PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null
                && (cause instanceof ExecutionException || cause instanceof CompletionException)) {
            cause = cause.getCause();
        }
        return CommandErrors.oneLine(String.valueOf(cause.getMessage()));
    }

    private synchronized void again() {
        if (!closed) {
            try {
                next = store.loops().next().schedule(this::probe, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("the event loops have ended");
            }
        }
    }

    private void probe() {
        memory.probe().whenComplete((done, failure) -> {
            String before = fault;
            fault = failure == null ? null : reason(failure);
            if (!closed) {
                if (before == null && fault != null) {
                    tell(fault);
                } else if (before != null && fault == null) {
                    LOG.warn("the store of replays answers again");
                }
                again();
            }
        });
    }

    private void tell(@Nullable String why) {
        LOG.warn(
                "the store of replays can't be asked: {}; meanwhile {}",
                why,
                switch (plan.whenUnavailable()) {
                    case REFUSE -> "servers answer no client";
                    case LOCAL -> "servers decide by what they remember themselves";
                });
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            if (next != null) {
                next.cancel(false);
            }
        }
        memory.close();
    }
}
