package io.saltunnel.netty.internal.connect;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import io.saltunnel.netty.HostAndPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks one name up, away from the event loops, the way the system does it (its hosts file, its search domains, its order of addresses).
 *
 * <p>A tunnel has one name to resolve, so one thread is enough, which ends when it is idle: who asks while a look-up is under way shares its answer, and who asks afterwards causes a new one. How
 * long the Java runtime remembers an answer is its own setting ({@code networkaddress.cache.ttl}). Any thread.
 */
public final class NameResolver implements AutoCloseable {
    private static final long IDLE_SECONDS = 10;

    private final HostAndPort target;
    private final ThreadPoolExecutor thread;
    private @Nullable Promise<List<InetAddress>> underWay;

    /**
     * A resolver for one name.
     *
     * @param target whose host is looked up
     */
    public NameResolver(HostAndPort target) {
        this.target = target;
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory("saltunnel-resolver", true));
        thread.allowCoreThreadTimeOut(true);
    }

    /**
     * Resolves the name.
     *
     * @return all its addresses, one or more, in the system's order of preference; or fails with {@link UnknownHostException}. Completes on any thread, at once for a numeric address
     */
    public Future<List<InetAddress>> resolve() {
        InetAddress numeric = target.numericAddress().orElse(null);
        if (numeric != null) {
            return ImmediateEventExecutor.INSTANCE.newSucceededFuture(List.of(numeric));
        }
        synchronized (this) {
            if (underWay == null) {
                Promise<List<InetAddress>> answer = ImmediateEventExecutor.INSTANCE.newPromise();
                underWay = answer;
                thread.execute(() -> lookUp(answer));
            }
            return underWay;
        }
    }

    private void lookUp(Promise<List<InetAddress>> answer) {
        List<InetAddress> addresses;
        try {
            addresses = List.of(InetAddress.getAllByName(target.host()));
        } catch (UnknownHostException e) {
            done();
            answer.setFailure(e);
            return;
        }
        done();
        answer.setSuccess(addresses);
    }

    private synchronized void done() {
        underWay = null;
    }

    /** Ends the thread; a look-up under way is not waited for. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
