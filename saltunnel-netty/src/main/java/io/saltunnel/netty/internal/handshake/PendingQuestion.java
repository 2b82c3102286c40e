package io.saltunnel.netty.internal.handshake;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.saltunnel.netty.replay.ReplayMemory;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A question to the shared memory of replays, until it is answered or its time is up. Event loop only, unless a method
 * says otherwise.
 *
 * <pre>
 *   ASKED ──┬── answer, failure, or the time is up ──▶ told once
 *           └── call off ──▶ the answer only counts
 * </pre>
 */
final class PendingQuestion {
    /** How long an answer may take. */
    static final long PATIENCE_MILLIS = 1000;

    /** What is done with an answer; the cause is there if it is {@link ReplayMemory.Answer#UNAVAILABLE}. */
    @FunctionalInterface
    interface Decision {
        void answered(ReplayMemory.Answer answer, @Nullable Throwable cause);
    }

    private final EventExecutor loop;
    private final HelloListener listener;
    private final Runnable late;
    private final long askedNanos;
    private final Future<?> timer;

    /** Null once nobody waits for the answer. */
    private @Nullable Decision decision;

    private boolean told;

    /**
     * A question that is asked now, on the event loop.
     *
     * @param late is called if there is no answer in time
     */
    PendingQuestion(EventExecutor loop, HelloListener listener, Decision decision, Runnable late) {
        this.loop = loop;
        this.listener = listener;
        this.decision = decision;
        this.late = late;
        this.askedNanos = System.nanoTime();
        this.timer = loop.schedule(this::timeIsUp, PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The memory has answered. Any thread. */
    void answerSoon(ReplayMemory.Answer answer) {
        later(() -> answered(answer));
    }

    /** The memory can't answer. Any thread. */
    void failSoon(Throwable cause) {
        later(() -> failed(cause));
    }

    /** Never at once, since the connection computes its answer first. */
    private void later(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // The loop has ended, and the connection with it.
        }
    }

    private void timeIsUp() {
        if (!told) {
            late.run();
            failed(new TimeoutException("no answer within " + PATIENCE_MILLIS / 1000 + " s"));
        }
    }

    private void answered(ReplayMemory.Answer answer) {
        if (tell()) {
            listener.replayMemoryAnswered(answer, System.nanoTime() - askedNanos);
            decide(answer, null);
        }
    }

    private void failed(Throwable cause) {
        if (tell()) {
            listener.replayMemoryFailed(cause, System.nanoTime() - askedNanos);
            decide(ReplayMemory.Answer.UNAVAILABLE, cause);
        }
    }

    /** Whether this is the first answer. */
    private boolean tell() {
        boolean first = !told;
        told = true;
        timer.cancel(false);
        return first;
    }

    private void decide(ReplayMemory.Answer answer, @Nullable Throwable cause) {
        Decision waiting = decision;
        decision = null;
        if (waiting != null) {
            waiting.answered(answer, cause);
        }
    }

    /** Nobody waits for the answer any more. May be called again. */
    void callOff() {
        decision = null;
        timer.cancel(false);
    }
}
