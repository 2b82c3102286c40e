package io.saltunnel.netty.internal.connect;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.saltunnel.netty.internal.abort.Abort;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection's way through the targets, each after the one before it has failed, until one can be connected to.
 * Everything happens on one event loop.
 */
final class ConnectRound {
    /** Whether another round follows if this one fails. */
    enum Stakes {
        LAST_RESORT,
        ANOTHER_FOLLOWS
    }

    private final Iterator<Target> untried;
    private final ConnectPolicy policy;
    private final Stakes stakes;
    private final EventLoop loop;
    private final Runnable begun;
    private final Promise<Channel> result;
    private final List<String> failures = new ArrayList<>(0);
    private @Nullable Future<Channel> underWay;

    /**
     * A round that has not begun.
     *
     * @param targets in the order in which they are tried; one or more
     * @param begun as in {@link Connector#connect}
     */
    ConnectRound(List<Target> targets, ConnectPolicy policy, Stakes stakes, EventLoop loop, Runnable begun) {
        this.untried = targets.iterator();
        this.policy = policy;
        this.stakes = stakes;
        this.loop = loop;
        this.begun = begun;
        this.result = loop.newPromise();
        result.addListener(done -> {
            if (done.isCancelled() && underWay != null) {
                underWay.cancel(false);
            }
        });
    }

    /** Fails with {@link ConnectFailedException}. Cancelling it ends the round. */
    Future<Channel> start() {
        tryNext();
        return result;
    }

    private void tryNext() {
        Target target = untried.next();
        boolean lastResort = stakes == Stakes.LAST_RESORT && !untried.hasNext();
        Future<Channel> connection = target.connect(loop, policy.limit(lastResort), begun);
        underWay = connection;
        connection.addListener(ended -> ended(target, connection));
    }

    private void ended(Target target, Future<Channel> connection) {
        if (connection.isSuccess()) {
            if (!result.trySuccess(connection.getNow())) {
                Abort.reset(connection.getNow()); // after FIN alone, a server would wait for a hello
            }
        } else if (!result.isDone()) {
            target.failed();
            failures.add(String.valueOf(connection.cause().getMessage()));
            if (untried.hasNext()) {
                tryNext();
            } else {
                result.tryFailure(new ConnectFailedException(String.join("; ", failures)));
            }
        }
    }
}
