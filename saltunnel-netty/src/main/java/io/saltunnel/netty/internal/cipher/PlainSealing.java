package io.saltunnel.netty.internal.cipher;

import io.netty.channel.ChannelHandlerContext;
import io.saltunnel.core.session.ChunkSealer;
import java.time.Duration;

/** Each flush seals all that waits, in as few frames as hold it. Event loop only. */
final class PlainSealing extends SealingOnFlush {
    PlainSealing(ChannelHandlerContext ctx, ChunkSealer sealer, Listener listener) {
        super(ctx, sealer, listener);
    }

    @Override
    public void flush() {
        sealAndFlush();
    }

    @Override
    void sealWaiting() {
        queue().sealAll();
    }

    @Override
    public Duration timeToSeal() {
        return Duration.ZERO;
    }
}
