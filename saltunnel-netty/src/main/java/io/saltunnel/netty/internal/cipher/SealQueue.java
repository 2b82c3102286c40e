package io.saltunnel.netty.internal.cipher;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
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
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The writes that wait until the {@link Sealing} lets them leave: at the next flush, at a moment after it, or at the
 * ticks of a pace. They are packed into runs of full chunks. Each run is sealed into one buffer by one call, and written
 * once.
 *
 * <p>The end of the stream is sealed with the last data, or alone if that data has left already. FIN follows. If the
 * version of the protocol has a chunk for the end, the end counts as written when that chunk is.
 *
 * <p>A large buffer is sealed directly. Small buffers, and those not in one piece of direct memory, are gathered into a
 * run first. A run is written with a {@link FrameWrite}; the promises of the writes whose last byte is in the run
 * complete with it. A write that is cancelled before its first byte is sealed is dropped. Runs on the channel's event
 * loop.
 */
final class SealQueue {
    /** A buffer below this size that others follow is gathered with them instead of sealed alone. */
    private static final int MIN_IN_PLACE = 16 * Frame.MAX_DATA;

    private static final ByteBuffer NO_DATA = ByteBuffer.allocateDirect(0).asReadOnlyBuffer();

    private final ChannelHandlerContext ctx;
    private final ChunkSealer sealer;
    private final PendingWrites waiting;
    private final Listener listener;
    private boolean sealing;
    private boolean endMayFollow;

    private long framesSealed;
    private @Nullable ChannelFuture lastRun;

    /** Whether the chunk that ends the stream was sealed. False in a version without such a chunk. */
    private boolean endSealed;

    /** The write of that chunk. */
    private @Nullable ChannelFuture endChunk;

    /** Is told what happens to the runs. */
    interface Listener {
        /** A run was not written; the promises of its writes fail next. */
        void runFailed(Throwable cause);

        /** The chunk that ends the stream was written. */
        void endSent();
    }

    SealQueue(ChannelHandlerContext ctx, ChunkSealer sealer, Listener listener) {
        this.ctx = ctx;
        this.sealer = sealer;
        this.waiting = new PendingWrites(ctx);
        this.listener = listener;
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

    /** Whether the chunk that ends the stream was written. */
    boolean isEndSent() {
        return endChunk != null && endChunk.isSuccess();
    }

    void fail(Throwable cause) {
        waiting.failAll(cause);
    }

    /** Whether the end of the stream waits, behind data or alone. */
    boolean isEndWaiting() {
        return waiting.isEndWaiting();
    }

    /** Whether the end of the stream waits, and no write before it. */
    boolean isOnlyEndWaiting() {
        return waiting.isEndWaiting() && waiting.current() == null;
    }

    /** The data that waits, in bytes. */
    long dataBytes() {
        return waiting.dataBytes();
    }

    /** The memory of the writes that wait, as it counts towards the channel's writability. */
    long bytes() {
        return waiting.bytes();
    }

    /** How much data has left the queue so far, in bytes. */
    long bytesTaken() {
        return waiting.bytesTaken();
    }

    /** How many frames were sealed so far, with data or without. */
    long framesSealed() {
        return framesSealed;
    }

    /** Whether the socket has taken all frames that were written. */
    boolean isWritten() {
        return lastRun == null || lastRun.isDone();
    }

    /**
     * Seals and writes all waiting data, then the end if it waits, without flushing.
     *
     * @throws BufferLimitException if no buffer was left for some of it, which stays in the queue
     * @throws NonceExhaustedException if the direction has no nonces left
     * @throws RuntimeException if data can't be sealed, for example a released buffer. The stream can't continue after
     *     this or any other error, because part of it may be sealed already
     */
    void sealAll() {
        seal(true);
    }

    /**
     * Seals and writes all waiting data, but not the end, without flushing.
     *
     * @throws BufferLimitException and others, as {@link #sealAll} does
     */
    void sealData() {
        seal(false);
    }

    /**
     * Seals and writes a run of exactly so many frames, without flushing: waiting data, but not the end, and padding
     * behind it. It takes the same buffers and the same calls, whether data waits or not.
     *
     * @param count from 1 to {@link ChunkCipher#MAX_CHUNKS_PER_RUN}
     * @throws BufferLimitException and others, as {@link #sealAll} does
     */
    void sealFrames(int count) {
        sealGathered(buffer(count * Frame.SIZE), count * Frame.MAX_DATA, this::sealPadded);
    }

    /** Completes writes without data that nothing waits before. */
    void completeEmptyWrites() {
        for (ByteBuf first = waiting.current(); first != null && !first.isReadable(); first = waiting.current()) {
            write(Unpooled.EMPTY_BUFFER, List.of(waiting.remove()));
        }
    }

    /**
     * A nested call (a promise's listener that flushes) returns at once, because the outer call continues until nothing
     * waits.
     */
    private void seal(boolean withEnd) {
        if (sealing) {
            return;
        }
        sealing = true;
        endMayFollow = withEnd;
        try {
            for (ByteBuf first = waiting.current(); first != null; first = waiting.current()) {
                if (!first.isReadable() && waiting.size() == 1) {
                    write(Unpooled.EMPTY_BUFFER, List.of(waiting.remove()));
                } else {
                    sealRun(first);
                }
            }
            if (isEndNext()) {
                writeEnd();
            }
        } finally {
            sealing = false;
        }
    }

    private void sealRun(ByteBuf first) {
        boolean alone = waiting.size() == 1;
        if ((alone || first.readableBytes() >= MIN_IN_PLACE) && first.isDirect() && first.nioBufferCount() == 1) {
            sealInPlace(first, alone);
        } else {
            sealGathered();
        }
    }

    /** Whether the end may be sealed by this call, behind the data that waits. */
    private boolean isEndNext() {
        return endMayFollow && waiting.isEndWaiting();
    }

    /**
     * Seals and writes chunks without data, without flushing. If the key is due to change, this changes it.
     *
     * @param count the number of chunks, from 0
     * @throws BufferLimitException if no buffer is left for some of them; those are not sealed
     */
    void sealPadding(int count) {
        for (int left = count; left > 0; left -= ChunkCipher.MAX_CHUNKS_PER_RUN) {
            ByteBuf frames = buffer(Math.min(left, ChunkCipher.MAX_CHUNKS_PER_RUN) * Frame.SIZE);
            sealWithoutData(frames, () -> sealPadded(Unpooled.EMPTY_BUFFER, frames));
        }
    }

    private void sealWithoutData(ByteBuf frames, Runnable seal) {
        try {
            seal.run();
        } catch (RuntimeException | Error e) {
            frames.release();
            throw e;
        }
        write(frames, List.of());
    }

    /**
     * Writes the end once all data is sealed. If the end was queued before the last run was sealed, that run contains
     * it; otherwise this seals a chunk for it.
     */
    private void writeEnd() {
        if (!endSealed && endHasAChunk()) {
            ByteBuf frames = frames(0);
            sealWithoutData(frames, () -> seal(Unpooled.EMPTY_BUFFER, 0, true, frames));
        }
        ChannelPromise end = waiting.takeEnd();
        if (end != null) {
            ctx.write(EndOfStream.INSTANCE, endChunk == null ? end : afterFin(end, endChunk));
        }
    }

    /**
     * If the end has a chunk, the write of that chunk decides whether the end was sent. FIN follows it and may fail: a
     * channel that can't end one direction alone refuses it, even before the chunk has left.
     */
    private ChannelPromise afterFin(ChannelPromise end, ChannelFuture endChunkWritten) {
        return ctx.newPromise()
                .addListener(fin -> endChunkWritten.addListener(chunk -> {
                    if (chunk.isSuccess()) {
                        end.trySuccess();
                    } else {
                        end.tryFailure(chunk.cause());
                    }
                }));
    }

    private boolean endHasAChunk() {
        return sealer.endFrames(0) > 0;
    }

    private void sealInPlace(ByteBuf data, boolean alone) {
        int length = Math.min(data.readableBytes(), ChunkSealer.MAX_DATA_PER_RUN);
        boolean last = alone && length == data.readableBytes() && isEndNext();
        if (!alone) {
            length -= length % Frame.MAX_DATA;
        }
        ByteBuf frames = frames(length);
        if (!waiting.begin()) {
            frames.release();
            return;
        }
        try {
            seal(data, length, last, frames);
        } catch (RuntimeException | Error e) {
            frames.release();
            throw e;
        }
        data.skipBytes(length);
        waiting.taken(length);
        write(frames, data.isReadable() ? List.of() : List.of(waiting.remove()));
    }

    private void sealGathered() {
        int capacity = (int) Math.min(waiting.bytes(), ChunkSealer.MAX_DATA_PER_RUN);
        sealGathered(frames(capacity), capacity, (data, frames) -> {
            boolean last = isEndNext() && waiting.current() == null;
            seal(data, data.readableBytes(), last, frames);
        });
    }

    /**
     * Seals a run of what waits and writes it. Allocates all memory that it needs before it takes anything out of the
     * queue.
     *
     * @param frames takes the frames; this takes ownership
     * @param capacity the most data
     * @param seal seals the data into the frames
     */
    private void sealGathered(ByteBuf frames, int capacity, BiConsumer<ByteBuf, ByteBuf> seal) {
        ByteBuf gathered = null;
        List<ChannelPromise> promises = new ArrayList<>(waiting.size());
        try {
            gathered = buffer(capacity);
            gather(gathered, promises);
            seal.accept(gathered, frames);
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

    /** Takes as much data as there is room for, and the writes without data behind it. */
    private void gather(ByteBuf gathered, List<ChannelPromise> promises) {
        for (ByteBuf next = waiting.current();
                next != null && (gathered.isWritable() || !next.isReadable());
                next = waiting.current()) {
            if (waiting.begin()) {
                int length = Math.min(next.readableBytes(), gathered.writableBytes());
                gathered.writeBytes(next, length);
                waiting.taken(length);
                if (!next.isReadable()) {
                    promises.add(waiting.remove());
                }
            }
        }
    }

    /** Allocates room for sealed data of a given length, and for the end if that may follow. */
    private ByteBuf frames(int dataLength) {
        int count = isEndNext() ? sealer.endFrames(dataLength) : ChunkCipher.chunks(dataLength);
        return buffer(count * Frame.SIZE);
    }

    private ByteBuf buffer(int bytes) {
        return ctx.alloc() instanceof LockedBufferAllocator locked
                ? locked.directBuffer(bytes, BufferUse.SEALING)
                : ctx.alloc().directBuffer(bytes, bytes);
    }

    /** Seals the first bytes of a buffer, and the end behind them if these bytes are the last data. */
    private void seal(ByteBuf data, int length, boolean last, ByteBuf frames) {
        if (length == 0 && !last) {
            return;
        }
        ChunkCipher cipher = EventLoopScratch.current().cipher();
        ByteBuffer source = length == 0 ? NO_DATA : data.internalNioBuffer(data.readerIndex(), length);
        ByteBuffer target = frames.internalNioBuffer(0, frames.capacity());
        int count = last
                ? sealer.sealEnd(cipher, source, source.position(), length, target, target.position())
                : sealer.seal(cipher, source, source.position(), length, target, target.position());
        endSealed = last && endHasAChunk();
        framesSealed += count;
        frames.writerIndex(count * Frame.SIZE);
    }

    /** Fills all of the frames: with data, and padding behind it. */
    private void sealPadded(ByteBuf data, ByteBuf frames) {
        int length = data.readableBytes();
        int count = frames.capacity() / Frame.SIZE;
        ByteBuffer source = length == 0 ? NO_DATA : data.internalNioBuffer(data.readerIndex(), length);
        ByteBuffer target = frames.internalNioBuffer(0, frames.capacity());
        ChunkCipher cipher = EventLoopScratch.current().cipher();
        sealer.sealPadded(cipher, source, source.position(), length, target, target.position(), count);
        framesSealed += count;
        frames.writerIndex(frames.capacity());
    }

    private void write(ByteBuf frames, List<ChannelPromise> told) {
        FrameWrite promise;
        try {
            promise = new FrameWrite(ctx.channel(), told, listener::runFailed);
        } catch (RuntimeException | Error e) {
            frames.release();
            told.forEach(write -> write.tryFailure(e));
            throw e;
        }
        if (endSealed) { // nothing can be sealed after this run
            endChunk = promise.addListener(written -> {
                if (written.isSuccess()) {
                    listener.endSent();
                }
            });
        }
        lastRun = promise;
        ctx.write(frames, promise);
    }
}
