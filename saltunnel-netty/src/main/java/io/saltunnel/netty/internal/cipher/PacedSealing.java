package io.saltunnel.netty.internal.cipher;

import io.netty.channel.ChannelHandlerContext;
import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.session.ChunkSealer;
import io.saltunnel.netty.internal.abort.Abort;
import io.saltunnel.netty.memory.BufferLimitException;
import java.time.Duration;

/**
 * Seals as many frames at each tick of a {@link PaceClock} as the {@link Pace} says: waiting data first, then padding. A
 * flush changes nothing, and the sealer changes its key within these frames. What a tick costs, in time and in buffers,
 * depends on the number of frames, not on the data.
 *
 * <p>A tick seals nothing until the socket has taken the frames of the tick before, so no more than the frames of one
 * tick wait for a slow network. If a change of the key is due meanwhile, one frame of padding carries it. A tick without
 * a buffer to seal into is left out, too. A connection that is {@linkplain Abort#resetFollows about to be reset} gets no
 * more frames.
 *
 * <pre>
 *   PACED ── only the end waits ──▶ ENDING: padding until the second is full ── the next frame ──▶ END sealed, no ticks
 * </pre>
 *
 * Event loop only.
 */
final class PacedSealing implements Sealing, PaceClock.Connection {
    private static final long UNKNOWN = Long.MAX_VALUE;

    private final ChannelHandlerContext ctx;
    private final ChunkSealer sealer;
    private final Listener listener;
    private final SealQueue queue;
    private final PaceClock clock;
    private final Pace pace;

    /** The last tick before the end may be sealed. */
    private long padUntil = UNKNOWN;

    private PacedSealing(long bytesPerSecond, ChannelHandlerContext ctx, ChunkSealer sealer, Listener listener) {
        this.ctx = ctx;
        this.sealer = sealer;
        this.listener = listener;
        this.queue = new SealQueue(ctx, sealer, listener);
        this.clock = PaceClock.of(ctx.executor());
        this.pace = new Pace(bytesPerSecond, clock.last());
    }

    /** Begins at the next tick. */
    static PacedSealing begin(long bytesPerSecond, ChannelHandlerContext ctx, ChunkSealer sealer, Listener listener) {
        PacedSealing sealing = new PacedSealing(bytesPerSecond, ctx, sealer, listener);
        sealing.clock.join(sealing);
        return sealing;
    }

    @Override
    public SealQueue queue() {
        return queue;
    }

    /** Waiting writes leave at the next ticks. This is for messages of other handlers that wait behind this one. */
    @Override
    public void flush() {
        ctx.flush();
    }

    @Override
    public void tick(long number) {
        int frames = pace.framesAt(number);
        if (!listener.isOpen() || Abort.isResetToFollow(ctx.channel())) {
            return;
        }
        try {
            if (!queue.isWritten()) {
                changeKeyIfDue();
            } else if (queue.isOnlyEndWaiting()) {
                sealEndInTime(number, frames);
            } else {
                seal(frames);
            }
        } catch (BufferLimitException e) {
            ctx.flush(); // what is sealed leaves, and the other frames of this tick are left out
        } catch (RuntimeException | Error e) {
            listener.sealingFailed(e);
        }
    }

    private void seal(int frames) {
        if (frames == 0) {
            if (queue.isEmpty()) {
                return;
            }
            queue.completeEmptyWrites();
        }
        int left = frames;
        while (left > 0 && listener.isOpen()) { // a write may have failed at once
            int run = Math.min(left, ChunkCipher.MAX_CHUNKS_PER_RUN);
            queue.sealFrames(run);
            left -= run;
        }
        ctx.flush();
    }

    /** Pads until the second is full. The end is the next frame after that, whenever it can be sent. */
    private void sealEndInTime(long tick, int frames) {
        if (padUntil == UNKNOWN) {
            padUntil = pace.lastTickOfSecond(tick);
        }
        if (tick <= padUntil) {
            seal(frames);
        } else if (frames > 0) {
            queue.sealAll();
            stop();
            ctx.flush();
        }
    }

    /** The key is changed in time even while nothing can be sent, because it must not stay in memory. */
    private void changeKeyIfDue() {
        if (sealer.nanosUntilKeyChange().orElse(1) <= 0) {
            queue.sealPadding(1);
            ctx.flush();
        }
    }

    @Override
    public Duration timeToSeal() {
        long ticks = pace.ticksFor(queue.dataBytes());
        return PaceClock.TICK.multipliedBy(ticks + 2L * PaceClock.TICKS_PER_SECOND);
    }

    @Override
    public void stop() {
        clock.leave(this);
    }
}
