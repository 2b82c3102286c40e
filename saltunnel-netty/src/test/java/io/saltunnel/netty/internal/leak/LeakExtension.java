package io.saltunnel.netty.internal.leak;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Fails a test class if Netty's leak detection, which is paranoid in this module, has found a buffer that was collected
 * without being released. A service file applies it to every test class.
 */
public final class LeakExtension implements BeforeAllCallback, AfterAllCallback {
    private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();
    private static final AppenderBase<ILoggingEvent> LISTENER = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getFormattedMessage().contains("LEAK:")) {
                LEAKS.add(event.getFormattedMessage());
            }
        }
    };

    private static final long GC_LIMIT_MILLIS = 30_000;

    /** For the service loader. */
    public LeakExtension() {}

    @Override
    public void beforeAll(ExtensionContext context) {
        if (!LISTENER.isStarted()) {
            LISTENER.start();
            ((Logger) LoggerFactory.getLogger(ResourceLeakDetector.class)).addAppender(LISTENER);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        collectGarbage();
        // Netty checks for leaks when a buffer is allocated.
        PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
        if (!LEAKS.isEmpty()) {
            AssertionError error = new AssertionError(LEAKS.size() + " buffers leaked; the first: " + LEAKS.peek());
            LEAKS.clear();
            throw error;
        }
    }

    /**
     * Collects garbage, and waits until reference queues have it. References are enqueued in the order of the
     * collections, so once one of the second collection is enqueued, all of the first are.
     */
    private static void collectGarbage() throws InterruptedException {
        for (int i = 0; i < 2; i++) {
            ReferenceQueue<Object> told = new ReferenceQueue<>();
            WeakReference<Object> sentinel = new WeakReference<>(new Object(), told);
            System.gc();
            if (told.remove(GC_LIMIT_MILLIS) != sentinel) {
                throw new AssertionError("nothing was collected in " + GC_LIMIT_MILLIS + " ms");
            }
        }
    }
}
