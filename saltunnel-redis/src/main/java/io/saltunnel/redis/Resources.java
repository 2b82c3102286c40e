package io.saltunnel.redis;

import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import io.lettuce.core.resource.EventLoopGroupProvider;
import io.lettuce.core.resource.Transports;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.saltunnel.netty.replay.ReplayStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What Lettuce runs on: the event loops of the tunnels, if they fit its choice of a transport; otherwise one of its own. Any
 * thread.
 *
 * @param lettuce closed by {@link #shutDown}
 * @param names looks up the names of stores; closed likewise
 */
record Resources(ClientResources lettuce, NameLookups names) {
    private static final Duration RECONNECT_SOON = Duration.ofMillis(50);
    private static final Duration RECONNECT_LATER = Duration.ofSeconds(1);

    /**
     * Lettuce reads the first. With epoll it takes no io_uring, and only warns that it could. It asks Netty whether it
     * could, and Netty then reads the second, without which no tunnel could run on io_uring later.
     */
    private static final List<String> NO_IO_URING =
            List.of("io.lettuce.core.iouring", "io.netty.iouring.pollAddMultishotEnabled");

    static Resources of(ReplayStore store) {
        for (String property : NO_IO_URING) {
            if (System.getProperty(property) == null) {
                System.setProperty(property, "false");
            }
        }
        NameLookups names = new NameLookups();
        DefaultClientResources.Builder builder = DefaultClientResources.builder()
                .addressResolverGroup(names)
                .eventExecutorGroup(store.loops())
                .reconnectDelay(() -> Delay.exponential(RECONNECT_SOON, RECONNECT_LATER, 2, TimeUnit.MILLISECONDS));
        if (Transports.socketChannelClass() == store.sockets()) {
            builder.eventLoopGroupProvider(new Borrowed(store.loops()));
        } else {
            builder.ioThreadPoolSize(2); // the least that Lettuce takes
        }
        return new Resources(builder.build(), names);
    }

    CompletableFuture<Void> shutDown() {
        names.close();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        lettuce.shutdown(0, 0, TimeUnit.SECONDS).addListener(done -> ended.complete(null));
        return ended;
    }

    /** Event loops that others own, so that Lettuce never ends them. */
    private record Borrowed(EventLoopGroup loops) implements EventLoopGroupProvider {
        private static final int UNUSED = 2;

        @Override
        @SuppressWarnings(
                "unchecked") // Lettuce asks for the class that its transport would have, and uses no more of it
        public <T extends EventLoopGroup> T allocate(Class<T> type) {
            return (T) loops;
        }

        @Override
        public int threadPoolSize() {
            return UNUSED;
        }

        @Override
        public Future<Boolean> release(EventExecutorGroup group, long quietPeriod, long timeout, TimeUnit unit) {
            return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
        }

        @Override
        public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit unit) {
            return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
        }
    }
}
