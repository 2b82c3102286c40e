package io.saltunnel.netty.internal.cipher;

import io.netty.util.concurrent.FastThreadLocal;
import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.crypto.SecretBox;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The cipher's working memory, one per event loop thread instead of one per connection. It keeps nothing between calls:
 * both tools wipe the memory that they used before they return.
 */
public final class EventLoopScratch {
    private static final FastThreadLocal<EventLoopScratch> CURRENT = new FastThreadLocal<>() {
        @Override
        protected EventLoopScratch initialValue() {
            return new EventLoopScratch();
        }

        @Override
        protected void onRemoval(EventLoopScratch scratch) {
            scratch.cipher.close();
            scratch.box.close();
        }
    };

    private static final AtomicBoolean CHOOSING = new AtomicBoolean();

    private final ChunkCipher cipher = ChunkCipher.create();
    private final SecretBox box = new SecretBox();

    private EventLoopScratch() {
        chooseKernels();
    }

    /**
     * Starts the search for the fastest kernels, once per process. It runs on a thread of its own that ends with the
     * search, so that neither a program's start nor a connection waits for it. Any thread; returns at once.
     */
    public static void chooseKernels() {
        if (CHOOSING.compareAndSet(false, true)) {
            Thread thread = new Thread(() -> ChunkCipher.chooseKernels(System::nanoTime), "saltunnel-kernels");
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            thread.start();
        }
    }

    /**
     * The calling thread's instance.
     *
     * @return made at the first call, freed when Netty ends the thread; not to be kept or handed to another thread
     */
    public static EventLoopScratch current() {
        return CURRENT.get();
    }

    /**
     * The cipher for chunks.
     *
     * @return seals and opens runs
     */
    public ChunkCipher cipher() {
        return cipher;
    }

    /**
     * The box for hellos.
     *
     * @return seals and opens boxes
     */
    public SecretBox box() {
        return box;
    }
}
