package io.saltunnel.it.soak;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Netty's leak detection, paranoid while this is open: it tracks every buffer, and finds those that were collected
 * without being released.
 */
final class Leaks implements AutoCloseable {
    private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
    private final Queue<String> found = new ConcurrentLinkedQueue<>();

    Leaks() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ByteBufUtil.setLeakListener((type, records) -> found.add(type + records));
    }

    /** Returns the leaks so far; collects garbage first. */
    Queue<String> found() {
        // Netty checks for collected buffers when a buffer is allocated. Twice, because the virtual machine reports
        // collected objects a little later, on another thread: the second collection follows that.
        for (int i = 0; i < 2; i++) {
            System.gc();
            PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
        }
        return found;
    }

    @Override
    public void close() {
        ByteBufUtil.setLeakListener(null);
        ResourceLeakDetector.setLevel(before);
    }
}
