package io.saltunnel.netty.internal.cipher;

import io.netty.channel.ChannelHandlerContext;
import io.saltunnel.core.session.ChunkSealer;
import io.saltunnel.netty.stage.TrafficShape;
import java.time.Duration;

/**
 * Decides when the writes in the {@link SealQueue} are sealed, and how many frames leave then. Event loop only.
 *
 * <pre>
 *   write ──▶ SealQueue ── flush: {@link SealingOnFlush} ─────────────▶ frames ──▶ socket
 *                       └─ each tick of a {@link PaceClock}: {@link PacedSealing} ─┘
 * </pre>
 */
sealed interface Sealing permits SealingOnFlush, PacedSealing {
    /** How long sealing waits if no buffer is left. */
    Duration MEMORY_PAUSE = Duration.ofMillis(20);

    /** Is told what happens to sealing and to the runs. */
    interface Listener extends SealQueue.Listener {
        /** Whether anything may still be sealed. */
        boolean isOpen();

        /** Data can't be sealed, so no later data can be sealed either. */
        void sealingFailed(Throwable cause);
    }

    /** The sealing of a shape, for a handler that is in its pipeline. */
    static Sealing of(TrafficShape shape, ChannelHandlerContext ctx, ChunkSealer sealer, Listener listener) {
        if (shape instanceof TrafficShape.Paced paced) {
            return PacedSealing.begin(paced.bytesPerSecond(), ctx, sealer, listener);
        }
        return shape.needsPadding() ? new BurstSealing(ctx, sealer, listener) : new PlainSealing(ctx, sealer, listener);
    }

    /** The writes that wait. */
    SealQueue queue();

    /** The writes so far may leave. */
    void flush();

    /** How long the waiting writes and the end behind them take, on a network of any speed. */
    Duration timeToSeal();

    /** The handler has left the pipeline. */
    void stop();
}
