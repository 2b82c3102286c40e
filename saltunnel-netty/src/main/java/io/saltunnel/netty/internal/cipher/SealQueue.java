package io.saltunnel.netty.internal.cipher;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.PendingWriteQueue;
import io.saltunnel.core.session.ChunkSealer;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;

/**
 * What was written and waits for the next flush, and how it is packed: into runs of full chunks, each sealed into one buffer by one call and written once.
 *
 * <p>A large buffer is sealed from where it lies. Small ones, and what is not in one piece of direct memory, are gathered into a run first. Runs on the channel's event loop.
 */
final class SealQueue {
    /** Below this, a buffer that others follow is gathered with them rather than sealed alone. */
    private static final int MIN_IN_PLACE = 16 * Frame.MAX_DATA;

    private final ChannelHandlerContext ctx;
    private final ChunkSealer sealer;
    private final PendingWriteQueue waiting;
    private boolean sealing;

    SealQueue(ChannelHandlerContext ctx, ChunkSealer sealer) {
        this.ctx = ctx;
        this.sealer = sealer;
        this.waiting = new PendingWriteQueue(ctx);
    }

    void add(ByteBuf data, ChannelPromise promise) {
        waiting.add(data, promise);
    }

    void fail() {
        waiting.removeAndFailAll(new ClosedChannelException());
    }

    /**
     * Seals and writes everything that waits, without flushing it. A call from within (a promise's listener that flushes) returns at once: the outer one goes on until nothing waits.
     *
     * @throws NonceExhaustedException if the direction has no nonces left; what waits stays
     */
    void seal() {
        if (sealing) {
            return;
        }
        sealing = true;
        try {
            while (!waiting.isEmpty()) {
                ByteBuf first = (ByteBuf) waiting.current();
                boolean alone = waiting.size() == 1;
                if (alone && !first.isReadable()) {
                    ctx.write(Unpooled.EMPTY_BUFFER, waiting.remove());
                } else if ((alone || first.readableBytes() >= MIN_IN_PLACE)
                        && first.isDirect()
                        && first.nioBufferCount() == 1) {
                    sealInPlace(first, alone);
                } else {
                    sealGathered();
                }
            }
        } finally {
            sealing = false;
        }
    }

    private void sealInPlace(ByteBuf data, boolean alone) {
        int length = Math.min(data.readableBytes(), ChunkSealer.MAX_DATA_PER_RUN);
        if (!alone) {
            length -= length % Frame.MAX_DATA;
        }
        ByteBuf frames = sealRun(data, length);
        data.skipBytes(length);
        ctx.write(frames, data.isReadable() ? ctx.voidPromise() : waiting.remove());
    }

    private void sealGathered() {
        int capacity = (int) Math.min(waiting.bytes(), ChunkSealer.MAX_DATA_PER_RUN);
        ByteBuf gathered = ctx.alloc().directBuffer(capacity, ChunkSealer.MAX_DATA_PER_RUN);
        List<ChannelPromise> promises = new ArrayList<>(waiting.size());
        ByteBuf frames;
        try {
            while (!waiting.isEmpty() && gathered.writerIndex() < ChunkSealer.MAX_DATA_PER_RUN) {
                ByteBuf next = (ByteBuf) waiting.current();
                gathered.writeBytes(
                        next, Math.min(next.readableBytes(), ChunkSealer.MAX_DATA_PER_RUN - gathered.writerIndex()));
                if (!next.isReadable()) {
                    promises.add(waiting.remove());
                }
            }
            frames = gathered.isReadable() ? sealRun(gathered, gathered.readableBytes()) : Unpooled.EMPTY_BUFFER;
        } catch (RuntimeException | Error e) {
            promises.forEach(promise -> promise.tryFailure(e));
            throw e;
        } finally {
            gathered.release();
        }
        ctx.write(frames, merge(promises));
    }

    private ByteBuf sealRun(ByteBuf data, int length) {
        int frameBytes = (length + Frame.MAX_DATA - 1) / Frame.MAX_DATA * Frame.SIZE;
        ByteBuf frames = ctx.alloc().directBuffer(frameBytes, frameBytes);
        try {
            ByteBuffer source = data.internalNioBuffer(data.readerIndex(), length);
            ByteBuffer target = frames.internalNioBuffer(0, frameBytes);
            sealer.seal(
                    EventLoopScratch.current().cipher(), source, source.position(), length, target, target.position());
            return frames.writerIndex(frameBytes);
        } catch (RuntimeException | Error e) {
            frames.release();
            throw e;
        }
    }

    /** One promise that completes all of them. */
    private ChannelPromise merge(List<ChannelPromise> promises) {
        if (promises.isEmpty()) {
            return ctx.voidPromise();
        }
        if (promises.size() == 1) {
            return promises.get(0);
        }
        return ctx.newPromise().addListener(written -> {
            for (ChannelPromise promise : promises) {
                if (written.isSuccess()) {
                    promise.trySuccess();
                } else {
                    promise.tryFailure(written.cause());
                }
            }
        });
    }
}
