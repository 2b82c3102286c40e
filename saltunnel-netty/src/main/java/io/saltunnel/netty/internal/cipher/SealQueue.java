package io.saltunnel.netty.internal.cipher;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.session.ChunkSealer;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.netty.internal.codec.FrameWrite;
import io.saltunnel.netty.memory.BufferLimitException;
import io.saltunnel.netty.memory.BufferUse;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import io.saltunnel.netty.stage.EndOfStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The writes that wait for the next flush. It packs them into runs of full chunks, each sealed into one buffer by one
 * call and written once.
 *
 * <p>A large buffer is sealed directly. Small buffers, and those not in one piece of direct memory, are gathered into a
 * run first. A run is written with a {@link FrameWrite}; the promises of the writes whose last byte is in the run
 * complete with it. A write that is cancelled before its first byte is sealed is dropped. Runs on the channel's event
 * loop.
 */
final class SealQueue {
    /** A buffer below this size that others follow is gathered with them instead of sealed alone. */
    private static final int MIN_IN_PLACE = 16 * Frame.MAX_DATA;

    private final ChannelHandlerContext ctx;
    private final ChunkSealer sealer;
    private final PendingWrites waiting;
    private final Consumer<Throwable> runFailed;
    private boolean sealing;

    /** Called when a run was not written, before the promises of its writes fail. */
    SealQueue(ChannelHandlerContext ctx, ChunkSealer sealer, Consumer<Throwable> runFailed) {
        this.ctx = ctx;
        this.sealer = sealer;
        this.waiting = new PendingWrites(ctx);
        this.runFailed = runFailed;
    }

    void add(Object msg, ChannelPromise promise) {
        waiting.add(msg, promise);
    }

    void whenWritten(ChannelFutureListener listener) {
        waiting.whenWritten(listener);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    void fail(Throwable cause) {
        waiting.failAll(cause);
    }

    /**
     * Seals and writes all waiting data, then the end if it waits, without flushing. A nested call (a promise's listener that flushes) returns
     * at once, because the outer call continues until nothing waits.
     *
     * @return false if no buffer was left for some of the data, which stays
     * @throws NonceExhaustedException if the direction has no nonces left
     * @throws RuntimeException if data can't be sealed, for example a released buffer. The stream can't continue after
     *     this or any other error, because part of it may be sealed already
     */
    boolean seal() {
        if (sealing) {
            return true;
        }
        sealing = true;
        try {
            for (ByteBuf first = waiting.current(); first != null; first = waiting.current()) {
                boolean alone = waiting.size() == 1;
                if (alone && !first.isReadable()) {
                    write(Unpooled.EMPTY_BUFFER, List.of(waiting.remove()));
                } else if ((alone || first.readableBytes() >= MIN_IN_PLACE)
                        && first.isDirect()
                        && first.nioBufferCount() == 1) {
                    sealInPlace(first, alone);
                } else {
                    sealGathered();
                }
            }
            ChannelPromise end = waiting.takeEnd();
            if (end != null) {
                ctx.write(EndOfStream.INSTANCE, end);
            }
            return true;
        } catch (BufferLimitException e) {
            return false;
        } finally {
            sealing = false;
        }
    }

    private void sealInPlace(ByteBuf data, boolean alone) {
        int length = Math.min(data.readableBytes(), ChunkSealer.MAX_DATA_PER_RUN);
        if (!alone) {
            length -= length % Frame.MAX_DATA;
        }
        ByteBuf frames = frames(length);
        if (!waiting.begin()) {
            frames.release();
            return;
        }
        try {
            seal(data, length, frames);
        } catch (RuntimeException | Error e) {
            frames.release();
            throw e;
        }
        data.skipBytes(length);
        write(frames, data.isReadable() ? List.of() : List.of(waiting.remove()));
    }

    /** Allocates all memory that it needs before it takes anything out of the queue. */
    private void sealGathered() {
        int capacity = (int) Math.min(waiting.bytes(), ChunkSealer.MAX_DATA_PER_RUN);
        ByteBuf frames = frames(capacity);
        ByteBuf gathered = null;
        List<ChannelPromise> promises = new ArrayList<>(waiting.size());
        try {
            gathered = buffer(capacity);
            gather(gathered, promises);
            seal(gathered, gathered.readableBytes(), frames);
        } catch (RuntimeException | Error e) {
            frames.release();
            promises.forEach(promise -> promise.tryFailure(e));
            throw e;
        } finally {
            if (gathered != null) {
                gathered.release();
            }
        }
        write(frames, promises);
    }

    private void gather(ByteBuf gathered, List<ChannelPromise> promises) {
        for (ByteBuf next = waiting.current(); next != null && gathered.isWritable(); next = waiting.current()) {
            if (waiting.begin()) {
                gathered.writeBytes(next, Math.min(next.readableBytes(), gathered.writableBytes()));
                if (!next.isReadable()) {
                    promises.add(waiting.remove());
                }
            }
        }
    }

    /** Allocates room for sealed data of a given length. */
    private ByteBuf frames(int dataLength) {
        return buffer(ChunkCipher.chunks(dataLength) * Frame.SIZE);
    }

    private ByteBuf buffer(int bytes) {
        return ctx.alloc() instanceof LockedBufferAllocator locked
                ? locked.directBuffer(bytes, BufferUse.SEALING)
                : ctx.alloc().directBuffer(bytes, bytes);
    }

    private void seal(ByteBuf data, int length, ByteBuf frames) {
        if (length > 0) {
            ByteBuffer source = data.internalNioBuffer(data.readerIndex(), length);
            int sealedLength = ChunkCipher.chunks(length) * Frame.SIZE;
            ByteBuffer target = frames.internalNioBuffer(0, sealedLength);
            sealer.seal(
                    EventLoopScratch.current().cipher(), source, source.position(), length, target, target.position());
            frames.writerIndex(sealedLength);
        }
    }

    private void write(ByteBuf frames, List<ChannelPromise> told) {
        FrameWrite promise;
        try {
            promise = new FrameWrite(ctx.channel(), told, runFailed);
        } catch (RuntimeException | Error e) {
            frames.release();
            told.forEach(write -> write.tryFailure(e));
            throw e;
        }
        ctx.write(frames, promise);
    }
}
