package io.saltunnel.netty.internal.connect;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.address.UnixPath;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One address that a tunnel connects to: a client's server, or a server's target. It knows whether it has failed lately.
 * A name is resolved anew each time, and all its addresses are tried. Any thread.
 */
public final class Target implements AutoCloseable {
    private static final AttributeKey<Target> TARGET = AttributeKey.valueOf(Target.class, "target");

    private final Endpoint endpoint;
    private final Supplier<? extends Channel> sockets;
    private final LongSupplier nanoTime;
    private final @Nullable NameResolver resolver;

    /** The one address, if the target is a path. */
    private final Future<? extends List<? extends SocketAddress>> fixed;

    private boolean failing;
    private long restsUntil;

    private Target(
            Endpoint endpoint,
            List<? extends SocketAddress> fixed,
            @Nullable NameResolver resolver,
            Supplier<? extends Channel> sockets,
            LongSupplier nanoTime) {
        this.endpoint = endpoint;
        this.fixed = ImmediateEventExecutor.INSTANCE.newSucceededFuture(fixed);
        this.resolver = resolver;
        this.sockets = sockets;
        this.nanoTime = nanoTime;
    }

    /**
     * A target that is reached by TCP.
     *
     * @param endpoint its host and port
     * @param sockets makes a channel with its options, not registered yet, for each attempt; or throws {@link
     *     io.netty.channel.ChannelException}
     * @return a target that has not failed
     */
    public static Target of(HostAndPort endpoint, Supplier<? extends Channel> sockets) {
        return of(endpoint, sockets, System::nanoTime);
    }

    static Target of(HostAndPort endpoint, Supplier<? extends Channel> sockets, LongSupplier nanoTime) {
        return new Target(endpoint, List.of(), new NameResolver(endpoint), sockets, nanoTime);
    }

    /**
     * A target on a UNIX domain socket.
     *
     * @param endpoint its path
     * @param address the same, in the type that the transport understands
     * @param sockets as in the other method
     * @return a target that has not failed
     */
    public static Target of(UnixPath endpoint, SocketAddress address, Supplier<? extends Channel> sockets) {
        return new Target(endpoint, List.of(address), null, sockets, System::nanoTime);
    }

    /**
     * The target that a connection was made to.
     *
     * @param connection a channel that a {@link Connector} has made
     * @return its target; empty for another channel
     */
    public static Optional<Target> of(Channel connection) {
        return Optional.ofNullable(connection.attr(TARGET).get());
    }

    /**
     * The address of this target.
     *
     * @return as configured
     */
    public Endpoint endpoint() {
        return endpoint;
    }

    // ---- resting

    /** Lets this target rest, because nothing answered there, or what answered isn't what the connection needs. */
    public synchronized void failed() {
        failing = true;
        restsUntil = nanoTime.getAsLong() + ConnectPolicy.REST.toNanos();
    }

    /** Ends the rest of this target, because a connection to it works. */
    public synchronized void worked() {
        failing = false;
    }

    /** Whether it has failed since it last worked, even if its rest is over. */
    synchronized boolean isFailing() {
        return failing;
    }

    synchronized boolean isResting() {
        return failing && nanoTime.getAsLong() - restsUntil < 0;
    }

    /**
     * Whether a connection may try this target first. After a rest, only one may, until it reports the result or
     * another rest has passed.
     */
    synchronized boolean mayBeFirst() {
        if (!failing) {
            return true;
        }
        if (isResting()) {
            return false;
        }
        restsUntil = nanoTime.getAsLong() + ConnectPolicy.REST.toNanos();
        return true;
    }

    // ---- connecting

    /**
     * Connects to all addresses of this target, one after another. For the event loop of the connection.
     *
     * @param timeout the longest time; null for the system's limit
     * @param begun as in {@link Connector#connect}
     */
    Future<Channel> connect(EventLoop loop, @Nullable Duration timeout, Runnable begun) {
        ConnectAttempts attempts = new ConnectAttempts(endpoint, this::newSocket, loop, timeout, begun);
        Future<? extends List<? extends SocketAddress>> addresses = resolver == null ? fixed : resolver.resolve();
        if (addresses.isSuccess()) {
            attempts.start(addresses.getNow());
        } else {
            addresses.addListener(resolved -> {
                if (!loop.isShuttingDown()) { // otherwise nobody waits for it any more
                    loop.execute(() -> start(attempts, addresses));
                }
            });
        }
        return attempts.result();
    }

    private Channel newSocket() {
        Channel socket = sockets.get();
        socket.attr(TARGET).set(this);
        return socket;
    }

    private static void start(ConnectAttempts attempts, Future<? extends List<? extends SocketAddress>> resolved) {
        if (resolved.isSuccess()) {
            attempts.start(resolved.getNow());
        } else {
            attempts.unresolved(resolved.cause());
        }
    }

    /** Looks up no more names. */
    @Override
    public void close() {
        if (resolver != null) {
            resolver.close();
        }
    }
}
