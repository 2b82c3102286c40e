package io.saltunnel.netty.internal.order;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.saltunnel.netty.internal.transport.DomainSockets;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
 * <p>The source is the address that has connected. If a load balancer has connected, the client behind it becomes known
 * later. Until then, the connections behind this one wait for it, because they may come from the same client. Then this
 * one moves to the order of that client, behind those that moved there earlier:
 *
 * <pre>
 *   order of the balancer ── {@link Turn#belongsTo} was called, and those before it have gone ──▶ order of the client
 * </pre>
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

    /** Returns the turns that have come, beginning with one whose predecessor has gone. The caller wakes them. */
    private static List<Turn> advance(@Nullable Turn first) {
        List<Turn> ready = List.of();
        Turn next = first;
        while (next != null && !next.mustWait()) {
            Turn turn = next;
            next = turn.trueSource == null ? null : turn.goOver();
            if (turn.waiting != null && !turn.mustWait()) {
                ready = with(ready, turn);
            }
        }
        return ready;
    }

    /** Adds to a list that rarely has several elements. */
    private static List<Turn> with(List<Turn> some, Turn another) {
        if (some.isEmpty()) {
            return List.of(another);
        }
        List<Turn> all = new ArrayList<>(some);
        all.add(another);
        return all;
    }

    /** One connection's place in the order of its source. */
    public final class Turn {
        private Object source;

        /** The source whose order this turn moves to, once those before it have left the present order. */
        private @Nullable Object trueSource;

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
                    arrive();
                }
            }
        }

        /**
         * Tells that the connection comes from a client behind the address that has connected, such as a load
         * balancer's. It keeps its place among the connections of that client.
         *
         * @param client identifies the client: an {@link java.net.InetAddress}
         */
        public void belongsTo(Object client) {
            List<Turn> ready;
            synchronized (ConnectOrder.this) {
                if (client.equals(source)) {
                    return; // its place in this order is the right one
                }
                if (done) {
                    source = client;
                    return;
                }
                trueSource = client;
                ready = advance(this);
            }
            ready.forEach(Turn::wake);
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
            List<Turn> ready;
            synchronized (ConnectOrder.this) {
                action = waiting;
                waiting = null;
                ready = trueSource == null ? List.of() : advance(goOver());
                if (patience != null) {
                    patience.cancel(false);
                    patience = null;
                }
            }
            ready.forEach(Turn::wake);
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
            List<Turn> ready;
            synchronized (ConnectOrder.this) {
                if (done) {
                    return;
                }
                done = true;
                unneeded = limit;
                limit = null;
                ready = advance(leave());
                if (trueSource != null) {
                    source = trueSource;
                    trueSource = null;
                }
            }
            if (unneeded != null && Objects.requireNonNull(loop).inEventLoop()) {
                unneeded.cancel(false); // but not from another thread, where letting the task run is cheaper
            }
            ready.forEach(Turn::wake);
        }

        private void wake() {
            try {
                Objects.requireNonNull(loop).execute(this::proceed);
            } catch (RejectedExecutionException e) { // its event loop has ended, and so has the connection
                done();
            }
        }

        /** Takes the place behind all others of the source. */
        private void arrive() {
            before = latest.put(source, this);
            if (before != null) {
                before.behind = this;
            }
        }

        /** Moves to the order of the true source. Returns the turn behind this one in the order that it leaves. */
        private @Nullable Turn goOver() {
            Turn next = leave();
            source = Objects.requireNonNull(trueSource);
            trueSource = null;
            arrive();
            return next;
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
