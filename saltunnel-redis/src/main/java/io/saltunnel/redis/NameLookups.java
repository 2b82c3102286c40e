package io.saltunnel.redis;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** Looks up the names of stores as the system does, on a thread of its own, since that blocks. Any thread. */
final class NameLookups extends AddressResolverGroup<InetSocketAddress> {
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(new DefaultThreadFactory("saltunnel-store-names", true));

    @Override
    protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
        return new OnThread(executor).asAddressResolver();
    }

    @Override
    public void close() {
        super.close();
        thread.shutdown();
    }

    private final class OnThread extends InetNameResolver {
        OnThread(EventExecutor executor) {
            super(executor);
        }

        @Override
        protected void doResolve(String name, Promise<InetAddress> found) {
            look(found, () -> found.setSuccess(InetAddress.getByName(name)));
        }

        @Override
        protected void doResolveAll(String name, Promise<List<InetAddress>> found) {
            look(found, () -> found.setSuccess(List.of(InetAddress.getAllByName(name))));
        }

        private void look(Promise<?> found, Lookup lookup) {
            try {
                thread.execute(() -> {
                    try {
                        lookup.run();
                    } catch (UnknownHostException | RuntimeException e) {
                        found.setFailure(e);
                    }
                });
            } catch (RejectedExecutionException e) {
                found.setFailure(e);
            }
        }
    }

    @FunctionalInterface
    private interface Lookup {
        void run() throws UnknownHostException;
    }
}
