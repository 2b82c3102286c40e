package io.saltunnel.netty;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalIoHandler;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * An event loop that runs on demand, on a clock that only advances while the loop is stopped. It behaves like a process
 * that is stopped between two system calls: time passes after it has asked the system for events, and before it reads
 * the clock.
 */
final class StoppedLoop implements AutoCloseable {
    private static final int ROUNDS = 20;

    final MockTicker ticker = Ticker.newMockTicker();
    final ManualIoEventLoop loop = new ManualIoEventLoop(null, Thread.currentThread(), factory(), ticker);

    /** The answers to the next requests for events, one after another. */
    private final Queue<Runnable> coming = new ArrayDeque<>();

    /** Runs until nothing is left to do at this time. */
    void run() {
        for (int i = 0; i < ROUNDS; i++) {
            loop.runNow();
        }
    }

    /**
     * Stops for a time, right after it has asked the system for events. It sees events of that time only when it asks
     * again.
     */
    void stopFor(Duration time, Runnable arriving) {
        coming.add(() -> ticker.advance(time.toNanos(), TimeUnit.NANOSECONDS));
        coming.add(arriving);
        run();
    }

    private IoHandlerFactory factory() {
        IoHandlerFactory local = LocalIoHandler.newFactory();
        return executor -> new Scripted(local.newHandler(executor));
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        for (int i = 0; i < ROUNDS && !loop.isTerminated(); i++) {
            loop.runNow();
        }
    }

    private final class Scripted implements IoHandler {
        private final IoHandler local;

        Scripted(IoHandler local) {
            this.local = local;
        }

        @Override
        public int run(IoHandlerContext context) {
            Runnable next = coming.poll();
            if (next != null) {
                next.run();
            }
            return 0;
        }

        @Override
        public void prepareToDestroy() {
            local.prepareToDestroy();
        }

        @Override
        public void destroy() {
            local.destroy();
        }

        @Override
        public IoRegistration register(IoHandle handle) throws Exception {
            return local.register(handle);
        }

        @Override
        public void wakeup() {
            local.wakeup();
        }

        @Override
        public boolean isCompatible(Class<? extends IoHandle> handleType) {
            return local.isCompatible(handleType);
        }
    }
}
