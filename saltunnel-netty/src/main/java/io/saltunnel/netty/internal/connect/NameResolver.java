package io.saltunnel.netty.internal.connect;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import io.saltunnel.netty.address.HostAndPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks up one name as the system does (its hosts file, search domains, order of addresses), on a thread that is not an
 * event loop.
 *
 * <p>A tunnel has one name to resolve, so one thread is enough; it ends when it is idle. Requests during a look-up
 * share its answer; a later request starts a new one. The Java runtime's setting {@code networkaddress.cache.ttl}
 * decides how long it caches an answer. Any thread.
 */
public final class NameResolver implements AutoCloseable {
    private static final long IDLE_SECONDS = 10;

    /** Looks up a name. */
    @FunctionalInterface
    interface LookUp {
        InetAddress[] addressesOf(String host) throws UnknownHostException;
    }

    private final HostAndPort target;
    private final LookUp lookUp;
    private final ThreadPoolExecutor thread;

    /** The answer for a numeric address without a scope. A scope may mean another interface later. */
    private final @Nullable Future<List<InetSocketAddress>> fixed;

    private @Nullable Promise<List<InetSocketAddress>> underWay;

    /**
     * A resolver for one name.
     *
     * @param target whose host is looked up
     */
    public NameResolver(HostAndPort target) {
        this(target, InetAddress::getAllByName);
    }

    NameResolver(HostAndPort target, LookUp lookUp) {
        this.target = target;
        this.lookUp = lookUp;
        this.fixed = target.host().indexOf('%') < 0 ? numeric() : null;
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
     * @return all its addresses, one or more, with the port, in the system's order of preference. Fails with
     *     {@link UnknownHostException} if there is no such name. Completes on any thread, at once for a numeric address
     */
    public Future<List<InetSocketAddress>> resolve() {
        Future<List<InetSocketAddress>> known = fixed == null ? numeric() : fixed;
        if (known != null) {
            return known;
        }
        synchronized (this) {
            if (underWay != null) {
                return underWay;
            }
            Promise<List<InetSocketAddress>> answer = ImmediateEventExecutor.INSTANCE.newPromise();
            try {
                thread.execute(() -> lookUp(answer));
                underWay = answer;
            } catch (RejectedExecutionException | OutOfMemoryError e) { // closed, or no thread can be started
                answer.setFailure(e);
            }
            return answer;
        }
    }

    private @Nullable Future<List<InetSocketAddress>> numeric() {
        return target.numericAddress()
                .<Future<List<InetSocketAddress>>>map(
                        address -> ImmediateEventExecutor.INSTANCE.newSucceededFuture(List.of(atPort(address))))
                .orElse(null);
    }

    private InetSocketAddress atPort(InetAddress address) {
        return new InetSocketAddress(address, target.port());
    }

    /** After any failure, the next request starts a new look-up. */
    private void lookUp(Promise<List<InetSocketAddress>> answer) {
        try {
            List<InetSocketAddress> addresses = Stream.of(lookUp.addressesOf(target.host()))
                    .map(this::atPort)
                    .toList();
            done();
            answer.trySuccess(addresses);
        } catch (Throwable e) {
            done();
            answer.tryFailure(e);
        }
    }

    private synchronized void done() {
        underWay = null;
    }

    /** Ends the thread without waiting for a look-up in progress. */
    @Override
    public void close() {
        thread.shutdown();
    }
}
