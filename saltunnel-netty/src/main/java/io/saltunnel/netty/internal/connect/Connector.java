package io.saltunnel.netty.internal.connect;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.internal.abort.Abort;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Makes the outgoing connections of a tunnel: to one of its targets, by its {@link ConnectPolicy}. Any thread.
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
     * @param policy how it goes about them
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
     * @param begun runs on that loop once the system was told to connect, so that a connection begun afterwards arrives
     *     behind this one; or once this one waits in the queue, where later ones get behind it; and again with each
     *     attempt and at the end
     * @return completes on that loop, with a connected channel whose pipeline is empty, owned by the caller, and whose
     *     target is {@link Target#of(Channel)}; or fails with {@link ConnectFailedException}. Cancelling it ends the
     *     attempts
     */
    public Future<Channel> connect(EventLoop loop, Runnable begun) {
        Request request = new Request(requests.getAndIncrement(), nanoTime.getAsLong(), loop, begun);
        if (loop.inEventLoop()) {
            begin(request);
        } else {
            loop.execute(() -> begin(request));
        }
        return request.result();
    }

    private void begin(Request request) {
        request.result().addListener(done -> {
            if (done.isCancelled()) {
                request.cancelAttempt();
                retries.gone(request);
            }
        });
        if (retries.takes(request)) {
            request.begun();
        } else {
            ConnectRound.Stakes stakes = ConnectRound.Stakes.LAST_RESORT;
            attempt(request, new ConnectRound(order.next(), policy, stakes, request.loop(), request::begun));
        }
    }

    private void tryAgain(Request request, Runnable begun) {
        if (request.result().isDone()) {
            retries.gone(request);
            begun.run();
            return;
        }
        Runnable both = () -> {
            request.begun();
            begun.run();
        };
        ConnectRound.Stakes stakes = ConnectRound.Stakes.ANOTHER_FOLLOWS;
        attempt(request, new ConnectRound(order.next(), policy, stakes, request.loop(), both));
    }

    private void attempt(Request request, ConnectRound round) {
        Future<Channel> connection = round.start();
        request.attempting(connection);
        connection.addListener(ended -> ended(request, connection));
    }

    private void ended(Request request, Future<Channel> connection) {
        if (connection.isSuccess()) {
            if (!request.result().trySuccess(connection.getNow())) {
                Abort.reset(connection.getNow()); // after FIN alone, a server would wait for a hello
            }
            retries.made();
        } else if (!request.result().isDone()) {
            retries.failed(request, connection.cause());
        }
    }

    @Override
    public void close() {
        targets.forEach(Target::close);
    }
}
