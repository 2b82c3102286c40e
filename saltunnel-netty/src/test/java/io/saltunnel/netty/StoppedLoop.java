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
 * An event loop that goes round when it is told to, on a clock that stands still unless it is stopped: as in a process
 * that somebody stops between two system calls, time passes after it has asked the system what has come, and before it
 * looks at the time.
 */
final class StoppedLoop implements AutoCloseable {
    private static final int ROUNDS = 20;

    final MockTicker ticker = Ticker.newMockTicker();
    final ManualIoEventLoop loop = new ManualIoEventLoop(null, Thread.currentThread(), factory(), ticker);

    /** What the next questions to the system bring, one after the other. */
    private final Queue<Runnable> coming = new ArrayDeque<>();

    /** Goes round until nothing is left to do at this time. */
    void run() {
        for (int i = 0; i < ROUNDS; i++) {
            loop.runNow();
        }
    }

    /**
     * Is stopped for a time, right after it has asked the system; and learns of what arrived meanwhile only when it
     * asks again.
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
