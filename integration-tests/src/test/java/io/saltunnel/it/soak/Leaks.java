package io.saltunnel.it.soak;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Netty's leak detection, paranoid for as long as this is open: it follows every buffer, and finds those that were
 * collected without being released.
 */
final class Leaks implements AutoCloseable {
    private final ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
    private final Queue<String> found = new ConcurrentLinkedQueue<>();

    Leaks() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        ByteBufUtil.setLeakListener((type, records) -> found.add(type + records));
    }

    /** What has leaked so far; what is garbage is collected first. */
    Queue<String> found() {
        // Netty looks through what was collected when a buffer is allocated. Twice, since the virtual machine tells
        // what was
        // collected a little later, on a thread of its own: the second collection comes after that.
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
