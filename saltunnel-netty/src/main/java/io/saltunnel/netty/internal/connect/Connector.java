package io.saltunnel.netty.internal.connect;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.internal.abort.Abort;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Makes the outgoing connections of a tunnel, each to one of its targets, according to its {@link ConnectPolicy}. Any
 * thread.
 *
 * <pre>
 *   connect ──▶ a round: each target in turn, each of its addresses ──▶ connected
 *      │  ▲        │ all failed
 *      │  └────────┴──▶ RetryQueue ──▶ the patience is over ──▶ failed
 *      └─── others wait already ─▲
 * </pre>
 */
public final class Connector implements AutoCloseable {
    private final List<Target> targets;
    private final ConnectPolicy policy;
    private final LongSupplier nanoTime;
    private final TargetOrder order;
    private final RetryQueue retries;
    private final AtomicLong requests = new AtomicLong();

    /**
     * A connector for some targets.
     *
     * @param targets one or more, the preferred one first; closed with this
     * @param policy how to choose among them, and how long to try
     */
    public Connector(List<Target> targets, ConnectPolicy policy) {
        this(targets, policy, System::nanoTime);
    }

    Connector(List<Target> targets, ConnectPolicy policy, LongSupplier nanoTime) {
        this.targets = List.copyOf(targets);
        this.policy = policy;
        this.nanoTime = nanoTime;
        this.order = new TargetOrder(targets, policy.failover());
        this.retries = new RetryQueue(this::tryAgain, policy.patience(), nanoTime);
    }

    /**
     * The preferred target of this connector.
     *
     * @return as configured
     */
    public Endpoint target() {
        return targets.get(0).endpoint();
    }

    /**
     * All targets of this connector.
     *
     * @return as configured, in the same order
     */
    public List<Endpoint> targets() {
        return targets.stream().map(Target::endpoint).toList();
    }

    /**
     * Connects to one of the targets.
     *
     * @param loop the event loop of the connection
     * @param begun runs on that loop once a connection begun afterwards can't overtake this one: the system was told to
     *     connect, or this one waits in the queue. It runs again with each attempt, and at the end
     * @return completes on that loop with a connected channel, owned by the caller. Its pipeline is empty, and its
     *     target is {@link Target#of(Channel)}. Fails with {@link ConnectFailedException}. Cancelling it ends the
     *     attempts
     */
    public Future<Channel> connect(EventLoop loop, Runnable begun) {
        return begin(new Request(requests.getAndIncrement(), nanoTime.getAsLong(), List.of(), loop, begun), retries);
    }

    /**
     * Connects to another target, because those tried so far accepted the connection, but weren't what it needs. If
     * none of the others can be connected to, this waits with its own patience, in its own queue, so that connections
     * that wait for any target don't wait for it.
     *
     * @param tried the targets so far; there must be {@linkplain #hasMoreThan others}
     * @param loop as in {@link #connect}
     * @param begun as in {@link #connect}
     * @return as in {@link #connect}
     */
    public Future<Channel> connectInPlaceOf(Collection<Target> tried, EventLoop loop, Runnable begun) {
        RetryQueue own = new RetryQueue(this::tryAgain, policy.patience(), nanoTime);
        return begin(
                new Request(requests.getAndIncrement(), nanoTime.getAsLong(), List.copyOf(tried), loop, begun), own);
    }

    /**
     * Whether another target is left to try.
     *
     * @param tried targets of this connector, each once
     * @return false if these are all
     */
    public boolean hasMoreThan(Collection<Target> tried) {
        return order.hasMoreThan(tried);
    }

    /**
     * The longest time that a connected target has to show that it is what the connection needs.
     *
     * @param timeout the limit if there is no better target
     * @param tried the targets so far, including this one
     * @return this limit, or less if there is another target that isn't known to fail
     */
    public Duration limit(Duration timeout, Collection<Target> tried) {
        return order.hasBetterThan(tried) && timeout.compareTo(ConnectPolicy.MOVE_ON) > 0
                ? ConnectPolicy.MOVE_ON
                : timeout;
    }

    private Future<Channel> begin(Request request, RetryQueue queue) {
        EventLoop loop = request.loop();
        if (loop.inEventLoop()) {
            beginOnItsLoop(request, queue);
        } else {
            loop.execute(() -> beginOnItsLoop(request, queue));
        }
        return request.result();
    }

    private void beginOnItsLoop(Request request, RetryQueue queue) {
        request.result().addListener(done -> {
            if (done.isCancelled()) {
                request.cancelAttempt();
                queue.gone(request);
            }
        });
        if (queue.takes(request)) {
            request.begun();
        } else {
            attempt(request, queue, ConnectRound.Stakes.LAST_RESORT, request::begun);
        }
    }

    private void tryAgain(RetryQueue queue, Request request, Runnable begun) {
        if (request.result().isDone()) {
            queue.gone(request);
            begun.run();
            return;
        }
        Runnable both = () -> {
            request.begun();
            begun.run();
        };
        attempt(request, queue, ConnectRound.Stakes.ANOTHER_FOLLOWS, both);
    }

    private void attempt(Request request, RetryQueue queue, ConnectRound.Stakes stakes, Runnable begun) {
        List<Target> untried = order.next(request.tried());
        Future<Channel> connection = new ConnectRound(untried, policy, stakes, request.loop(), begun).start();
        request.attempting(connection);
        connection.addListener(ended -> ended(request, queue, connection));
    }

    private void ended(Request request, RetryQueue queue, Future<Channel> connection) {
        if (connection.isSuccess()) {
            if (!request.result().trySuccess(connection.getNow())) {
                Abort.reset(connection.getNow()); // after FIN alone, a server would wait for a hello
            }
            retries.made();
        } else if (!request.result().isDone()) {
            queue.failed(request, connection.cause());
        }
    }

    @Override
    public void close() {
        targets.forEach(Target::close);
    }
}
