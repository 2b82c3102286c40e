package io.saltunnel.netty.internal.connect;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections that wait while no target can be connected to, in the order in which they were requested. Only one of
 * them tries at a time, so that many waiting connections cause little load, and none overtakes another:
 *
 * <pre>
 *              a connection fails            pause is over
 *   CLEAR ───────────────────────▶ PAUSING ──────────────▶ TRYING, the first in the queue
 *     ▲                               ▲                      │ failed: those without patience are given up
 *     │ no more in the queue          └──────────────────────┤
 *     └──────────────────────────── RELEASING ◀──────────────┘ connected
 *                 each begins when the one before it has begun
 * </pre>
 *
 * <p>A connection that is requested meanwhile joins the queue. A connection is given up when a try fails after its
 * patience is over. Any thread.
 */
final class RetryQueue {
    private static final long FIRST_PAUSE_MILLIS = 20;
    private static final long LONGEST_PAUSE_MILLIS = 250;

    private enum Phase {
        CLEAR,
        PAUSING,
        TRYING,
        RELEASING
    }

    /** Tries to make a connection, on its event loop. */
    @FunctionalInterface
    interface Attempt {
        /**
         * Begins to try.
         *
         * @param queue must be told how the attempt ended
         * @param request as far as is known, not done yet
         * @param begun must be run, once or more often, when the system was told to connect, or when it is certain that
         *     this won't happen
         */
        void make(RetryQueue queue, Request request, Runnable begun);
    }

    private final Attempt attempt;
    private final long patienceNanos;
    private final LongSupplier nanoTime;
    private final NavigableMap<Long, Request> waiting = new TreeMap<>();
    private Phase phase = Phase.CLEAR;
    private @Nullable Request trying;
    private long pauseMillis = FIRST_PAUSE_MILLIS;

    RetryQueue(Attempt attempt, Duration patience, LongSupplier nanoTime) {
        this.attempt = attempt;
        this.patienceNanos = patience.toNanos();
        this.nanoTime = nanoTime;
    }

    /** Queues a new request if others wait. False if it may try at once. */
    synchronized boolean takes(Request request) {
        if (phase == Phase.CLEAR) {
            return false;
        }
        waiting.put(request.number(), request);
        return true;
    }

    /**
     * Call this if no target could be connected to. The request waits, or fails if its patience is over. On its event
     * loop.
     */
    void failed(Request request, Throwable cause) {
        List<Request> over;
        synchronized (this) {
            waiting.put(request.number(), request);
            over = phase == Phase.TRYING && request != trying ? List.of() : impatient();
            switch (phase) {
                case CLEAR, RELEASING -> pauseOrClear(request.loop(), FIRST_PAUSE_MILLIS);
                case TRYING -> {
                    if (request == trying) {
                        pauseOrClear(request.loop(), Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS));
                    }
                }
                case PAUSING -> {}
            }
        }
        over.forEach(each -> each.result().tryFailure(cause));
    }

    private List<Request> impatient() {
        long now = nanoTime.getAsLong();
        List<Request> over = new ArrayList<>(1);
        for (Iterator<Request> all = waiting.values().iterator(); all.hasNext(); ) {
            Request each = all.next();
            if (now - each.askedAtNanos() >= patienceNanos) {
                all.remove();
                over.add(each);
            }
        }
        return over;
    }

    private void pauseOrClear(EventLoop loop, long millis) {
        trying = null;
        if (waiting.isEmpty()) {
            phase = Phase.CLEAR;
        } else {
            phase = Phase.PAUSING;
            pauseMillis = millis;
            loop.schedule(this::pauseOver, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void pauseOver() {
        Request next;
        synchronized (this) {
            if (phase != Phase.PAUSING) { // it was released meanwhile
                return;
            }
            next = first();
            trying = next;
            phase = next == null ? Phase.CLEAR : Phase.TRYING;
        }
        if (next != null) {
            make(next, () -> {});
        }
    }

    /** Call this when a connection was made. Those that wait follow. */
    void made() {
        synchronized (this) {
            if (phase == Phase.CLEAR || phase == Phase.RELEASING) {
                return;
            }
            phase = Phase.RELEASING;
            trying = null;
        }
        releaseNext();
    }

    private void releaseNext() {
        Request next;
        synchronized (this) {
            if (phase != Phase.RELEASING) { // one of them has failed
                return;
            }
            next = first();
            if (next == null) {
                phase = Phase.CLEAR;
                return;
            }
        }
        make(next, new Once(this::releaseNext));
    }

    private @Nullable Request first() {
        var first = waiting.pollFirstEntry();
        return first == null ? null : first.getValue();
    }

    private void make(Request request, Runnable begun) {
        try {
            request.loop().execute(() -> makeNow(request, begun));
        } catch (RejectedExecutionException e) { // its event loop has ended, and the connection with it
            gone(request);
            begun.run();
        }
    }

    /** Makes an attempt now. A fault ends only this request, and those behind it go on. */
    private void makeNow(Request request, Runnable begun) {
        try {
            attempt.make(this, request, begun);
        } catch (RuntimeException | Error e) {
            request.result().tryFailure(ConnectFailedException.fault(e));
            gone(request);
            begun.run();
        }
    }

    /** Removes a request that is no longer wanted. */
    synchronized void gone(Request request) {
        waiting.remove(request.number());
        if (phase == Phase.TRYING && request == trying) {
            pauseOrClear(request.loop(), pauseMillis);
        }
    }

    /** Runs an action the first time only. */
    private static final class Once implements Runnable {
        private @Nullable Runnable action;

        Once(Runnable action) {
            this.action = action;
        }

        @Override
        public void run() {
            Runnable first = action;
            action = null;
            if (first != null) {
                first.run();
            }
        }
    }
}
