package io.saltunnel.netty.internal.cipher;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.PendingWriteQueue;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Waiting writes in order, counted towards the channel's writability. A write that is cancelled while it waits is
 * dropped at its turn; from its turn on, a write can't be cancelled. Event loop only.
 */
public final class PendingWrites {
    private final ChannelHandlerContext ctx;

    /** Counts the bytes. Its promises aren't used, because it doesn't expose the first one. */
    private final PendingWriteQueue messages;

    private final Deque<ChannelPromise> promises = new ArrayDeque<>();

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
     * Adds a write. If that fails, the write fails.
     *
     * @param data the data; this takes ownership
     * @param promise completes with the write
     */
    public void add(ByteBuf data, ChannelPromise promise) {
        promises.addLast(promise);
        try {
            messages.add(data, ctx.voidPromise());
        } catch (RuntimeException | Error e) {
            promises.removeLastOccurrence(promise);
            ReferenceCountUtil.safeRelease(data);
            promise.tryFailure(e);
        }
    }

    /**
     * Whether no write waits.
     *
     * @return false also if all waiting writes were cancelled
     */
    public boolean isEmpty() {
        return messages.isEmpty();
    }

    int size() {
        return messages.size();
    }

    long bytes() {
        return messages.bytes();
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

    /** Makes the first write uncancellable; false if it was cancelled meanwhile, and is dropped. */
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
        messages.remove();
        return promise;
    }

    /**
     * Fails all writes, including those that their listeners make.
     *
     * @param cause why
     */
    public void failAll(Throwable cause) {
        while (!promises.isEmpty()) {
            remove().tryFailure(cause);
        }
    }
}
