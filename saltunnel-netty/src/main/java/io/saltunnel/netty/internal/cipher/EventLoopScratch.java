package io.saltunnel.netty.internal.cipher;

import io.netty.util.concurrent.FastThreadLocal;
import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.crypto.SecretBox;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The cipher's working memory, one for each event loop's thread instead of one for each connection. It carries nothing
 * from one call to the next: both tools wipe what they used before they return.
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
     * Has the fastest kernels found, once in a process, by a thread of its own that ends with that: neither a program's
     * start nor a connection waits for them. Any thread; returns at once.
     */
    public static void chooseKernels() {
        if (CHOOSING.compareAndSet(false, true)) {
            Thread thread = new Thread(ChunkCipher::chooseKernels, "saltunnel-kernels");
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            thread.start();
        }
    }

    /**
     * The calling thread's.
     *
     * @return made at the first call, freed when Netty ends the thread; not to be kept or handed to another thread
     */
    public static EventLoopScratch current() {
        return CURRENT.get();
    }

    /**
     * For chunks.
     *
     * @return seals and opens runs
     */
    public ChunkCipher cipher() {
        return cipher;
    }

    /**
     * For hellos.
     *
     * @return seals and opens boxes
     */
    public SecretBox box() {
        return box;
    }
}
