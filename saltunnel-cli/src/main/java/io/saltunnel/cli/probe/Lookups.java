package io.saltunnel.cli.probe;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.saltunnel.netty.address.Endpoint;
import io.saltunnel.netty.address.HostAndPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Looks names up on up to {@value #MOST_THREADS} threads of its own. A slow look-up never delays an event loop, and
 * delays other look-ups only while all threads are busy. They are daemon threads, because a look-up can't be
 * interrupted. Any thread.
 */
public final class Lookups implements AutoCloseable {

    private static final int MOST_THREADS = 16;
    private static final int IDLE_SECONDS = 10;

    /** How names are resolved. */
    @FunctionalInterface
    interface Resolver {
        /** Resolves a name like {@link InetAddress#getAllByName(String)}. May block. */
        InetAddress[] resolve(String name) throws UnknownHostException;
    }

    private final Resolver resolver;
    private final ExecutorService threads;

    /** Look-ups by the system's resolver. */
    public Lookups() {
        this(InetAddress::getAllByName);
    }

    Lookups(Resolver resolver) {
        this.resolver = resolver;
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                MOST_THREADS,
                MOST_THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                new DefaultThreadFactory("saltunnel-lookup", true));
        pool.allowCoreThreadTimeOut(true);
        this.threads = pool;
    }

    /**
     * The addresses of a server.
     *
     * @return completes at once if no look-up is needed; fails with {@link UnknownHostException} if the name doesn't
     *     resolve
     */
    CompletableFuture<List<SocketAddress>> of(Endpoint server) {
        if (!(server instanceof HostAndPort tcp)) {
            return CompletableFuture.completedFuture(List.of(server.toSocketAddress()));
        }
        if (tcp.numericAddress().isPresent()) {
            return CompletableFuture.completedFuture(
                    List.of(new InetSocketAddress(tcp.numericAddress().get(), tcp.port())));
        }
        CompletableFuture<List<SocketAddress>> addresses = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                addresses.complete(Stream.of(resolver.resolve(tcp.host()))
                        .<SocketAddress>map(address -> new InetSocketAddress(address, tcp.port()))
                        .toList());
            } catch (UnknownHostException | RuntimeException e) {
                addresses.completeExceptionally(e);
            }
        });
        return addresses;
    }

    /** Starts no further look-ups. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
