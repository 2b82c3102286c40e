package io.saltunnel.netty.internal.connect;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import io.saltunnel.netty.address.UnixPath;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Connects to one target: resolves its name anew each time, and tries all its addresses. Any thread. */
public final class Connector implements AutoCloseable {
    private final Endpoint target;
    private final Supplier<? extends Channel> sockets;
    private final @Nullable Duration timeout;
    private final @Nullable NameResolver resolver;

    /** The only address, if the target is a path. */
    private final Future<? extends List<? extends SocketAddress>> fixed;

    /**
     * A connector for one target.
     *
     * @param target the target
     * @param sockets makes a channel with its options, not registered yet, for each attempt; or throws {@link
     *     io.netty.channel.ChannelException}
     * @param timeout the longest time for a connection, including the name and every address; null for the system's
     *     limit
     */
    public Connector(HostAndPort target, Supplier<? extends Channel> sockets, @Nullable Duration timeout) {
        this.target = target;
        this.sockets = sockets;
        this.timeout = timeout;
        this.resolver = new NameResolver(target);
        this.fixed = ImmediateEventExecutor.INSTANCE.newSucceededFuture(List.of());
    }

    /**
     * A connector to a UNIX domain socket.
     *
     * @param target the target
     * @param address its path, in the type that the transport understands
     * @param sockets as in the other constructor
     * @param timeout as in the other constructor
     */
    public Connector(
            UnixPath target, SocketAddress address, Supplier<? extends Channel> sockets, @Nullable Duration timeout) {
        this.target = target;
        this.sockets = sockets;
        this.timeout = timeout;
        this.resolver = null;
        this.fixed = ImmediateEventExecutor.INSTANCE.newSucceededFuture(List.of(address));
    }

    /**
     * The target of this connector.
     *
     * @return as configured
     */
    public Endpoint target() {
        return target;
    }

    /**
     * Connects to the target, trying one address after another.
     *
     * @param loop the event loop of the connection
     * @param begun runs on that loop once the system was told to connect, so that a connection begun afterwards arrives
     *     behind this one. Runs again when the connection is made or has failed
     * @return completes on that loop, with a connected channel whose pipeline is empty, owned by the caller; or fails
     *     with {@link ConnectFailedException}. Cancelling it ends the attempts
     */
    public Future<Channel> connect(EventLoop loop, Runnable begun) {
        ConnectAttempts attempts = new ConnectAttempts(target, sockets, loop, timeout, begun);
        Future<? extends List<? extends SocketAddress>> addresses = resolver == null ? fixed : resolver.resolve();
        if (addresses.isSuccess() && loop.inEventLoop()) {
            attempts.start(addresses.getNow());
        } else {
            addresses.addListener(resolved -> {
                if (!loop.isShuttingDown()) { // otherwise no caller waits any more
                    loop.execute(() -> start(attempts, addresses));
                }
            });
        }
        return attempts.result();
    }

    private static void start(ConnectAttempts attempts, Future<? extends List<? extends SocketAddress>> resolved) {
        if (resolved.isSuccess()) {
            attempts.start(resolved.getNow());
        } else {
            attempts.unresolved(resolved.cause());
        }
    }

    @Override
    public void close() {
        if (resolver != null) {
            resolver.close();
        }
    }
}
