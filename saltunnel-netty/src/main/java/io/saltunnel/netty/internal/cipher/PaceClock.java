package io.saltunnel.netty.internal.cipher;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.Future;
import io.saltunnel.core.random.RandomSource;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The timer of all paced connections of one event loop. Its ticks are numbered by the event loop's clock, one in every
 * {@link #TICK}: a tick that comes late has the number of its time, and those that were missed are left out. So the
 * numbers depend on the clock alone, never on what the connections do. It runs while there are connections. Event loop
 * only.
 *
 * <pre>
 *   ├──────x──┼─x───────┼───────x─┤    x: tick n, at a random moment after n - 1 and until n times TICK
 *   0         1         2         3
 * </pre>
 *
 * <p>The moments are random because no timer is exact: how late it comes, by some 50 µs, depends on what the process and
 * the machine do besides. In even ticks that would show; among random ones of 10 ms it doesn't.
 */
final class PaceClock {
    /** The time that has one tick. */
    static final Duration TICK = Duration.ofMillis(10);

    static final int TICKS_PER_SECOND = (int) (Duration.ofSeconds(1).toNanos() / TICK.toNanos());

    /** By event loop: a thread that runs embedded channels runs the loop of each. */
    private static final FastThreadLocal<Map<EventExecutor, PaceClock>> CLOCKS = new FastThreadLocal<>() {
        @Override
        protected Map<EventExecutor, PaceClock> initialValue() {
            return new IdentityHashMap<>(1);
        }
    };

    /** A paced connection. It throws nothing. */
    interface Connection {
        /**
         * The time has come to send.
         *
         * @param number of the tick; larger than at the call before
         */
        void tick(long number);
    }

    private final EventExecutor loop;
    private final long originNanos;
    private final ByteBuffer drawn = ByteBuffer.allocateDirect(Long.BYTES);
    private final List<Connection> connections = new ArrayList<>();
    private long last;
    private @Nullable Future<?> next;

    private PaceClock(EventExecutor loop) {
        this.loop = loop;
        this.originNanos = loop.ticker().nanoTime();
    }

    /** The clock of the calling thread's event loop. */
    static PaceClock of(EventExecutor loop) {
        return CLOCKS.get().computeIfAbsent(loop, PaceClock::new);
    }

    /** The number of the last tick. */
    long last() {
        return last;
    }

    /** Adds a connection. It gets the ticks from the next one on. */
    void join(Connection connection) {
        connections.add(connection);
        if (next == null) {
            next = schedule();
        }
    }

    /** Removes a connection. It may still get a tick that is under way. Does nothing if it was removed before. */
    void leave(Connection connection) {
        connections.remove(connection);
        if (connections.isEmpty() && next != null) {
            next.cancel(false);
            next = null;
            CLOCKS.get().remove(loop, this);
        }
    }

    private void tick() {
        last = Math.max(last + 1, (loop.ticker().nanoTime() - originNanos) / TICK.toNanos());
        next = schedule();
        for (Connection connection : List.copyOf(connections)) {
            connection.tick(last);
        }
    }

    private @Nullable Future<?> schedule() {
        long time = originNanos + (last + 1) * TICK.toNanos() - drawNanos();
        try {
            return loop.schedule(this::tick, Math.max(0, time - loop.ticker().nanoTime()), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            return null; // the event loop is ending, and so are its connections
        }
    }

    /** Draws from 0 to less than {@link #TICK}, so that nobody can predict it. */
    private long drawNanos() {
        RandomSource.system().fill(drawn);
        // drawn * TICK / 2^64 for an unsigned number; halved and doubled, because the product is signed
        return Math.multiplyHigh(drawn.getLong(0) >>> 1, 2 * TICK.toNanos());
    }
}
