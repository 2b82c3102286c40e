package io.saltunnel.netty.internal.link;

import io.netty.channel.Channel;
import io.saltunnel.netty.internal.transport.Listening;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a running tunnel ends. Any thread.
 *
 * <pre>
 *   RUNNING ── told to stop, or its listener was closed ──▶ STOPPING     closes the listener, resets links not joined,
 *                                                              │         and after the grace time the others. If the
 *                                                              │         socket outlives the tunnel, connections wait
 *                                                              │         for the next run, so these links have the
 *                                                              │         grace time too
 *                                     no listener and no link is left
 *                                                              ▼
 *   STOPPED ◀── its event loops have ended, ────────────── FINISHING     nothing can be accepted or connected
 *               or the caller's have run all their tasks
 * </pre>
 */
public final class TunnelEnd {
    private enum State {
        RUNNING,
        STOPPING,
        FINISHING,
        STOPPED
    }

    private final TunnelRuntime runtime;
    private final Channel listener;
    private final Listening listening;
    private final TunnelLoops loops;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private State state = State.RUNNING;

    /** Whether the links of all accepted connections have begun. */
    private volatile boolean allBegun;

    TunnelEnd(TunnelRuntime runtime, Channel listener, Listening listening, TunnelLoops loops) {
        this.runtime = runtime;
        this.listener = listener;
        this.listening = listening;
        this.loops = loops;
        listener.closeFuture().addListener(closed -> listenerClosed());
        loops.whenEndedBefore(stopped, this::loopsEnded);
    }

    /**
     * Completes when the tunnel has stopped for any reason.
     *
     * @return a copy, so that completing or cancelling it doesn't affect the tunnel
     */
    public CompletableFuture<Void> stopped() {
        return stopped.copy();
    }

    /**
     * Stops, and doesn't wait. A second call may shorten the grace time, but not lengthen it.
     *
     * @param grace the time for joined links to finish; zero or less resets them at once
     * @return {@link #stopped}
     */
    public CompletableFuture<Void> stop(Duration grace) {
        if (beginToStop()) {
            listener.close();
            if (!listening.outlivesTunnel()) {
                runtime.refuse();
                runtime.forEachLink(TunnelLink::resetUnlessJoined);
            }
        }
        if (grace.isZero() || grace.isNegative()) {
            cutOff();
        } else {
            loops.runAfter(TimeUnit.MILLISECONDS.convert(grace), stopped, this::cutOff);
        }
        finish(acceptsNobody());
        return stopped();
    }

    private void cutOff() {
        runtime.refuse();
        runtime.forEachLink(TunnelLink::reset);
    }

    private boolean acceptsNobody() {
        return listening.outlivesTunnel() ? allBegun : !listener.isOpen();
    }

    private synchronized boolean beginToStop() {
        if (state != State.RUNNING) {
            return false;
        }
        runtime.stop(() -> finish(acceptsNobody()));
        state = State.STOPPING;
        return true;
    }

    /**
     * The listener was closed by {@link #stop}, or because the event loops were shut down. In the latter case there is
     * no grace time.
     */
    private void listenerClosed() {
        if (isRunning()) {
            stop(Duration.ZERO);
        }
        if (listening.outlivesTunnel()) {
            loops.runAll().whenComplete((ran, failure) -> {
                allBegun = true;
                finish(true);
            });
        } else {
            finish(true);
        }
    }

    private synchronized boolean isRunning() {
        return state == State.RUNNING;
    }

    /**
     * The event loops ended without time to close their channels. The remaining connections and the listener have no
     * thread any more, so the listener's close future may never complete.
     */
    private void loopsEnded() {
        stop(Duration.ZERO);
        runtime.forEachLink(TunnelLink::endWithoutItsLoop);
        finish(true);
    }

    private void finish(boolean acceptsNobody) {
        synchronized (this) {
            if (state != State.STOPPING || !acceptsNobody || runtime.hasLinks()) {
                return;
            }
            state = State.FINISHING;
        }
        runtime.stopConnecting();
        loops.leave().whenComplete((left, failure) -> complete(failure));
    }

    private void complete(@Nullable Throwable failure) {
        runtime.close();
        synchronized (this) {
            state = State.STOPPED;
        }
        if (failure == null) {
            stopped.complete(null);
        } else {
            stopped.completeExceptionally(failure);
        }
    }

    /**
     * Stops without a grace time, and waits for the end.
     *
     * @throws IllegalStateException if it is called on one of the tunnel's event loops; nothing is stopped then
     */
    public void close() {
        loops.checkMayWaitFor(stopped);
        stop(Duration.ZERO).join();
    }
}
