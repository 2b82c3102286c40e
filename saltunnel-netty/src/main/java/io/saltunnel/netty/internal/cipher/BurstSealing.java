package io.saltunnel.netty.internal.cipher;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.session.ChunkSealer;
import io.saltunnel.core.wire.Frame;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Each flush seals all that waits and pads it to the next size of the ladder: 1, 2, 4, 8, 16, 32, 64 and 128 frames, and
 * multiples of 128. What fits into one frame waits for the next multiple of {@link #GRID} of the event loop's clock, or
 * leaves with what is flushed before. Event loop only.
 */
final class BurstSealing extends SealingOnFlush {
    static final Duration GRID = Duration.ofMillis(5);

    /** No burst has begun that isn't complete. */
    private static final long NONE = -1;

    private final EventExecutor loop;
    private @Nullable Future<?> atGrid;
    private long framesBefore = NONE;

    BurstSealing(ChannelHandlerContext ctx, ChunkSealer sealer, Listener listener) {
        super(ctx, sealer, listener);
        loop = ctx.executor();
    }

    @Override
    public void flush() {
        if (isOneFrame()) {
            if (atGrid == null) {
                long past = Math.floorMod(loop.ticker().nanoTime(), GRID.toNanos());
                atGrid = loop.schedule(this::gridReached, GRID.toNanos() - past, TimeUnit.NANOSECONDS);
            }
        } else {
            stopWaiting();
            sealAndFlush();
        }
    }

    private boolean isOneFrame() {
        return queue().dataBytes() <= Frame.MAX_DATA && (queue().dataBytes() > 0 || queue().isEndWaiting());
    }

    private void gridReached() {
        atGrid = null;
        sealAndFlush();
    }

    @Override
    void sealWaiting() {
        SealQueue queue = queue();
        long before = framesBefore == NONE ? queue.framesSealed() : framesBefore;
        framesBefore = before; // kept if there is no buffer for the rest
        queue.sealData();
        boolean end = queue.isEndWaiting();
        int frames = (int) (queue.framesSealed() - before) + (end ? 1 : 0);
        if (isOpen()) {
            queue.sealPadding(rounded(frames) - frames);
        }
        framesBefore = NONE;
        if (end) {
            queue.sealAll();
        }
    }

    /** The next size of the ladder, from a number of frames. */
    static int rounded(int frames) {
        int largest = ChunkCipher.MAX_CHUNKS_PER_RUN;
        if (frames > largest) {
            return (frames + largest - 1) / largest * largest;
        }
        return frames <= 1 ? frames : Integer.highestOneBit(frames - 1) << 1;
    }

    @Override
    public Duration timeToSeal() {
        return GRID;
    }

    @Override
    public void stop() {
        stopWaiting();
        super.stop();
    }

    private void stopWaiting() {
        if (atGrid != null) {
            atGrid.cancel(false);
            atGrid = null;
        }
    }
}
