package io.saltunnel.netty.internal.order;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.saltunnel.netty.internal.transport.DomainSockets;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the outgoing connections of one source begin in the order in which its connections were accepted, although they
 * are on different event loops. Some programs distinguish their connections by that order.
 *
 * <pre>
 *   accepted ──▶ ready ──▶ the one before it has begun to connect, or ended ──▶ its outgoing connection begins
 *                  └────────────────── patience is over ─────────────────────┘
 * </pre>
 *
 * <p>A connection waits for the patience at most, counted from the moment when it is ready. It waits only for
 * connections accepted within the patience before it. So a silent peer, which never becomes ready, delays only
 * connections from its own address, and only for a moment.
 *
 * <p>One per tunnel, shared by its event loops. Any thread.
 */
public final class ConnectOrder {
    /** The default time that a connection waits for those before it. */
    public static final Duration PATIENCE = Duration.ofMillis(100);

    private static final AttributeKey<Turn> TURN = AttributeKey.valueOf(ConnectOrder.class, "turn");

    /** The source of all connections to a UNIX domain socket. */
    private static final Object THIS_MACHINE = new Object();

    private final long patienceNanos;
    private final LongSupplier nanoTime;

    /** The latest turn of each source that has a turn. */
    private final Map<Object, Turn> latest = new HashMap<>();

    /**
     * An order without connections.
     *
     * @param patience how long a connection waits for those before it
     */
    public ConnectOrder(Duration patience) {
        this(patience, System::nanoTime);
    }

    ConnectOrder(Duration patience, LongSupplier nanoTime) {
        this.patienceNanos = patience.toNanos();
        this.nanoTime = nanoTime;
    }

    /**
     * Gives a connection its place after those that were accepted before it. Call this in the order of acceptance. The
     * turn ends with the connection at the latest.
     *
     * @param accepted a connection
     */
    public void enter(Channel accepted) {
        Turn turn = new Turn(sourceOf(accepted));
        turn.renew();
        accepted.attr(TURN).set(turn);
        accepted.closeFuture().addListener(closed -> turn.done());
    }

    private static Object sourceOf(Channel accepted) {
        if (accepted.remoteAddress() instanceof InetSocketAddress inet) {
            return inet.getAddress();
        }
        return DomainSockets.isOne(accepted) ? THIS_MACHINE : accepted; // closed already
    }

    /**
     * The place of a connection.
     *
     * @param accepted a connection
     * @return its turn; one in a separate order if it has not {@linkplain #enter entered} any
     */
    public static Turn turnOf(Channel accepted) {
        Turn turn = accepted.attr(TURN).get();
        return turn == null ? new ConnectOrder(Duration.ZERO).new Turn(accepted) : turn;
    }

    /**
     * Returns the number of waiting connections.
     *
     * @return the number of connections that are ready and wait for others
     */
    public synchronized int waiting() {
        int waiting = 0;
        for (Turn last : latest.values()) {
            for (Turn turn = last; turn != null; turn = turn.before) {
                waiting += turn.waiting == null ? 0 : 1;
            }
        }
        return waiting;
    }

    /** One connection's place in the order of its source. */
    public final class Turn {
        private final Object source;
        private boolean done = true;
        private long enteredAt;
        private @Nullable Turn before;
        private @Nullable Turn behind;
        private @Nullable Runnable waiting;
        private @Nullable EventExecutor loop;
        private @Nullable Future<?> patience;
        private @Nullable Future<?> limit;

        private Turn(Object source) {
            this.source = source;
        }

        /** Takes a place at the end of the order, unless this turn has a place. */
        public void renew() {
            synchronized (ConnectOrder.this) {
                if (done) {
                    done = false;
                    enteredAt = nanoTime.getAsLong();
                    before = latest.put(source, this);
                    if (before != null) {
                        before.behind = this;
                    }
                }
            }
        }

        /**
         * Waits until it is this connection's turn, or for the patience.
         *
         * @param eventLoop the connection's event loop, which calls this
         * @param action runs once, on that event loop; before this method returns if it is already this connection's
         *     turn
         */
        public void await(EventExecutor eventLoop, Runnable action) {
            synchronized (ConnectOrder.this) {
                if (!done && mustWait()) {
                    waiting = action;
                    loop = eventLoop;
                    patience = eventLoop.schedule(this::proceed, patienceNanos, TimeUnit.NANOSECONDS);
                    return;
                }
            }
            action.run();
        }

        private boolean mustWait() {
            return before != null && enteredAt - before.enteredAt <= patienceNanos;
        }

        /** Runs on the event loop: the turn has come, or the patience is over. */
        private void proceed() {
            Runnable action;
            synchronized (ConnectOrder.this) {
                action = waiting;
                waiting = null;
                if (patience != null) {
                    patience.cancel(false);
                    patience = null;
                }
            }
            if (action != null) {
                action.run();
            }
        }

        /**
         * Ends the turn after a time, unless it ends earlier. A second call has no effect.
         *
         * @param eventLoop the connection's event loop, which calls this
         * @param time in whole milliseconds
         */
        public void doneWithin(EventExecutor eventLoop, Duration time) {
            synchronized (ConnectOrder.this) {
                if (!done && limit == null) {
                    loop = eventLoop;
                    limit = eventLoop.schedule(this::done, time.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        }

        /**
         * Ends the turn: the outgoing connection has begun, or the connection has ended. Later connections no longer
         * wait for it. Calling it again does nothing.
         */
        public void done() {
            Future<?> unneeded;
            Turn next;
            synchronized (ConnectOrder.this) {
                if (done) {
                    return;
                }
                done = true;
                unneeded = limit;
                limit = null;
                next = leave();
                if (next != null && (next.waiting == null || next.mustWait())) {
                    next = null;
                }
            }
            if (unneeded != null && Objects.requireNonNull(loop).inEventLoop()) {
                unneeded.cancel(false); // but not from another thread, where letting the task run is cheaper
            }
            if (next != null) {
                next.wake();
            }
        }

        private void wake() {
            try {
                Objects.requireNonNull(loop).execute(this::proceed);
            } catch (RejectedExecutionException e) { // its event loop has ended, and so has the connection
                done();
            }
        }

        private @Nullable Turn leave() {
            Turn next = behind;
            if (next != null) {
                next.before = before;
            } else if (before != null) {
                latest.put(source, before);
            } else {
                latest.remove(source);
            }
            if (before != null) {
                before.behind = next;
            }
            before = null;
            behind = null;
            return next;
        }
    }
}
