package io.saltunnel.netty.internal.cipher;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.PendingWriteQueue;
import io.netty.channel.socket.ChannelOutputShutdownException;
import io.netty.handler.codec.UnsupportedMessageTypeException;
import io.netty.util.ReferenceCountUtil;
import io.saltunnel.netty.stage.EndOfStream;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Waiting writes in order, counted towards the channel's writability, and the end of the stream behind them. A write
 * that is cancelled while it waits is dropped at its turn. From its turn on, a write can't be cancelled. The end can't
 * be cancelled, and a write after it fails. Event loop only.
 */
public final class PendingWrites {
    private enum End {
        NOT_WRITTEN,
        /** It waits behind the waiting writes. */
        WAITING,
        /** It has left this queue, or has failed. */
        TAKEN
    }

    private final ChannelHandlerContext ctx;

    /** Counts the bytes. Its promises aren't used, because it doesn't expose the first one. */
    private final PendingWriteQueue messages;

    private final Deque<ChannelPromise> promises = new ArrayDeque<>();
    private long dataBytes;
    private long bytesTaken;
    private End end = End.NOT_WRITTEN;
    private @Nullable ChannelPromise endPromise;

    /**
     * An empty queue.
     *
     * @param ctx the place in the pipeline of the handler whose writes wait
     */
    public PendingWrites(ChannelHandlerContext ctx) {
        this.ctx = ctx;
        this.messages = new PendingWriteQueue(ctx);
    }

    /**
     * Adds a handler's write: data, or the end of the stream. If it can't be added, the write fails.
     *
     * @param msg a {@link ByteBuf} or {@link EndOfStream}; anything else fails. This takes ownership
     * @param promise completes with the write
     */
    public void add(Object msg, ChannelPromise promise) {
        if (end != End.NOT_WRITTEN) {
            fail(msg, promise, new ChannelOutputShutdownException("the end of the stream was written before"));
        } else if (msg instanceof ByteBuf data) {
            addData(data, promise);
        } else if (msg == EndOfStream.INSTANCE) {
            addEnd(promise);
        } else {
            fail(msg, promise, new UnsupportedMessageTypeException(msg, ByteBuf.class, EndOfStream.class));
        }
    }

    private static void fail(Object msg, ChannelPromise promise, Throwable cause) {
        ReferenceCountUtil.safeRelease(msg);
        promise.tryFailure(cause);
    }

    private void addEnd(ChannelPromise promise) {
        if (promise.setUncancellable()) {
            end = End.WAITING;
            endPromise = promise.unvoid();
        }
    }

    private void addData(ByteBuf data, ChannelPromise promise) {
        promises.addLast(promise);
        try {
            messages.add(data, ctx.voidPromise());
            dataBytes += data.readableBytes();
        } catch (RuntimeException | Error e) {
            promises.removeLastOccurrence(promise);
            fail(data, promise, e);
        }
    }

    /**
     * Whether nothing waits, data or the end.
     *
     * @return false also if all waiting writes were cancelled
     */
    public boolean isEmpty() {
        return messages.isEmpty() && end != End.WAITING;
    }

    /** Whether the end of the stream waits, so that no more data can be added. */
    boolean isEndWaiting() {
        return end == End.WAITING;
    }

    /**
     * Takes the end of the stream, if it was written and no data waits before it.
     *
     * @return its promise, which the caller completes; null otherwise
     */
    public @Nullable ChannelPromise takeEnd() {
        if (end != End.WAITING || !messages.isEmpty()) {
            return null;
        }
        end = End.TAKEN;
        return endPromise;
    }

    /**
     * Runs once everything added so far was written or has failed.
     *
     * @param listener runs on the event loop; at once if the end of the stream has been written or has failed
     */
    void whenWritten(ChannelFutureListener listener) {
        if (endPromise != null) {
            endPromise.addListener(listener);
        } else {
            add(Unpooled.EMPTY_BUFFER, ctx.newPromise().addListener(listener));
        }
    }

    int size() {
        return messages.size();
    }

    /** The memory that counts towards the channel's writability, which is more than the data. */
    long bytes() {
        return messages.bytes();
    }

    /** The data that wasn't {@link #taken}. */
    long dataBytes() {
        return dataBytes;
    }

    /** Bytes were read from the first write, which stays here until it is removed. */
    void taken(int bytes) {
        dataBytes -= bytes;
        bytesTaken += bytes;
    }

    /** The data that was {@link #taken} so far. */
    long bytesTaken() {
        return bytesTaken;
    }

    /**
     * Drops cancelled writes.
     *
     * @return the data of the first write that isn't cancelled, still in the queue; null if none waits
     */
    public @Nullable ByteBuf current() {
        while (!promises.isEmpty()) {
            if (!promises.element().isCancelled()) {
                return (ByteBuf) messages.current();
            }
            remove();
        }
        return null;
    }

    /** Makes the first write uncancellable. Returns false if it was cancelled meanwhile, and drops it. */
    boolean begin() {
        boolean begun = promises.element().setUncancellable();
        if (!begun) {
            remove();
        }
        return begun;
    }

    /**
     * Removes the first write and releases its data.
     *
     * @return its promise, which the caller completes
     */
    public ChannelPromise remove() {
        ChannelPromise promise = promises.remove();
        dataBytes -= ((ByteBuf) messages.current()).readableBytes();
        messages.remove();
        return promise;
    }

    /**
     * Fails all writes, including those that their listeners make, and the end if it waits.
     *
     * @param cause why
     */
    public void failAll(Throwable cause) {
        while (!promises.isEmpty()) {
            remove().tryFailure(cause);
        }
        ChannelPromise unsent = takeEnd();
        if (unsent != null) {
            unsent.tryFailure(cause);
        }
    }
}
