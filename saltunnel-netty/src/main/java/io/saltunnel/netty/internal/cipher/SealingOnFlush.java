package io.saltunnel.netty.internal.cipher;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import io.saltunnel.core.session.ChunkSealer;
import io.saltunnel.netty.memory.BufferLimitException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Seals the writes in the {@link SealQueue} at a flush. If no buffer is left to seal into, it tries again after
 * {@link #MEMORY_PAUSE}. On a connection that sends no more data, it still changes the key in time. Event loop only.
 */
abstract sealed class SealingOnFlush implements Sealing permits PlainSealing, BurstSealing {
    private final ChannelHandlerContext ctx;
    private final Listener listener;
    private final SealQueue queue;
    private final KeyChangeTimer keyChange;
    private @Nullable Future<?> pause;

    SealingOnFlush(ChannelHandlerContext ctx, ChunkSealer sealer, Listener listener) {
        this.ctx = ctx;
        this.listener = listener;
        this.queue = new SealQueue(ctx, sealer, listener);
        this.keyChange = new KeyChangeTimer(ctx.executor(), sealer, this::changeKey);
    }

    /**
     * Seals and writes what waits, without flushing.
     *
     * @throws BufferLimitException if no buffer was left for some of it
     */
    abstract void sealWaiting();

    /** Whether anything may still be sealed. */
    final boolean isOpen() {
        return listener.isOpen();
    }

    @Override
    public final SealQueue queue() {
        return queue;
    }

    /** Seals and writes the waiting data, as far as there are buffers, and flushes. */
    final void sealAndFlush() {
        try {
            sealWaiting();
            keyChange.keyUsed();
        } catch (BufferLimitException e) {
            if (pause == null) {
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
        sealAndFlush();
    }

    /** Seals padding to change the key, because the key that sealed the last data must not stay in memory. */
    private void changeKey() {
        if (!listener.isOpen()) {
            return;
        }
        try {
            queue.sealPadding(1);
            ctx.flush();
        } catch (BufferLimitException e) {
            keyChange.tryAgainIn(MEMORY_PAUSE);
        } catch (RuntimeException | Error e) {
            listener.sealingFailed(e);
        }
    }

    @Override
    public void stop() {
        if (pause != null) {
            pause.cancel(false);
        }
        keyChange.stop();
    }
}
