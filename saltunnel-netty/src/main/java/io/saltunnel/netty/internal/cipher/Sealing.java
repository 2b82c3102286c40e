package io.saltunnel.netty.internal.cipher;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import io.saltunnel.core.session.ChunkSealer;
import io.saltunnel.netty.memory.BufferLimitException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Seals the writes in the {@link SealQueue} at each flush. If no buffer is left to seal into, it tries again after
 * {@link #MEMORY_PAUSE}. On a connection that sends no more data, it still changes the key in time. Event loop only.
 */
final class Sealing {
    /** How long sealing waits if no buffer is left. */
    static final Duration MEMORY_PAUSE = Duration.ofMillis(20);

    /** Is told what happens to sealing and to the runs. */
    interface Listener extends SealQueue.Listener {
        /** Whether anything may still be sealed. */
        boolean isOpen();

        /** Data can't be sealed, so no later data can be sealed either. */
        void sealingFailed(Throwable cause);
    }

    private final ChannelHandlerContext ctx;
    private final Listener listener;
    private final SealQueue queue;
    private final KeyChangeTimer keyChange;
    private @Nullable Future<?> pause;

    Sealing(ChannelHandlerContext ctx, ChunkSealer sealer, Listener listener) {
        this.ctx = ctx;
        this.listener = listener;
        this.queue = new SealQueue(ctx, sealer, listener);
        this.keyChange = new KeyChangeTimer(ctx.executor(), sealer, this::changeKey);
    }

    /** The writes that wait for the next flush. */
    SealQueue queue() {
        return queue;
    }

    /** Seals and writes the waiting data, as far as there are buffers, and flushes. */
    void flush() {
        try {
            if (!queue.seal() && pause == null) {
                pause = ctx.executor().schedule(this::flushAgain, MEMORY_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
            }
            keyChange.keyUsed();
        } catch (RuntimeException | Error e) {
            listener.sealingFailed(e);
        }
        ctx.flush();
    }

    private void flushAgain() {
        pause = null;
        flush();
    }

    /** Seals padding to change the key, because the key that sealed the last data must not stay in memory. */
    private void changeKey() {
        if (!listener.isOpen()) {
            return;
        }
        try {
            queue.sealPadding();
            ctx.flush();
        } catch (BufferLimitException e) {
            keyChange.tryAgainIn(MEMORY_PAUSE);
        } catch (RuntimeException | Error e) {
            listener.sealingFailed(e);
        }
    }

    /** The handler has left the pipeline. */
    void stop() {
        if (pause != null) {
            pause.cancel(false);
        }
        keyChange.stop();
    }
}
