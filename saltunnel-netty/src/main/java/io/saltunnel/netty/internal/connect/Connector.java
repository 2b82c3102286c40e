package io.saltunnel.netty.internal.connect;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.saltunnel.netty.address.HostAndPort;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Connects to one target: resolves its name anew each time, and tries all its addresses.
 *
 * <p>Any thread.
 */
public final class Connector implements AutoCloseable {
    private final HostAndPort target;
    private final Supplier<? extends Channel> sockets;
    private final @Nullable Duration timeout;
    private final NameResolver resolver;

    /**
     * A connector.
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
    }

    /**
     * The target of this connector.
     *
     * @return as configured
     */
    public HostAndPort target() {
        return target;
    }

    /**
     * Connects.
     *
     * @param loop the event loop of the connection
     * @param begun runs on that loop once the system was told to connect, so that a connection begun afterwards arrives
     *     behind this one; and once more when the connection is made or has failed
     * @return completes on that loop, with a connected channel whose pipeline is empty, owned by the caller; or fails
     *     with {@link ConnectFailedException}. Cancelling it ends the attempts
     */
    public Future<Channel> connect(EventLoop loop, Runnable begun) {
        ConnectAttempts attempts = new ConnectAttempts(target, sockets, loop, timeout, begun);
        Future<List<InetAddress>> addresses = resolver.resolve();
        if (addresses.isSuccess() && loop.inEventLoop()) {
            attempts.start(addresses.getNow());
        } else {
            addresses.addListener((Future<List<InetAddress>> resolved) -> {
                if (!loop.isShuttingDown()) { // otherwise nobody waits for it any more
                    loop.execute(() -> start(attempts, resolved));
                }
            });
        }
        return attempts.result();
    }

    private static void start(ConnectAttempts attempts, Future<List<InetAddress>> resolved) {
        if (resolved.isSuccess()) {
            attempts.start(resolved.getNow());
        } else {
            attempts.unresolved(resolved.cause());
        }
    }

    @Override
    public void close() {
        resolver.close();
    }
}
