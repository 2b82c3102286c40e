package io.saltunnel.netty.internal.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.Future;
import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.session.ChunkSealer;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.netty.memory.BufferLimitException;
import io.saltunnel.netty.memory.BufferUse;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides how much a channel reads, and when: on either side of a tunnel, before every handler that sees data.
 *
 * <p>How much: from a single frame up to a whole run, in the sizes that {@link LockedBufferAllocator} has slots for.
 * After a read that fills its buffer, the next buffer is larger. After two reads in a row that would have fit the next
 * smaller size, it is smaller.
 *
 * <p>When: exactly once for each {@code read()}. After the peer's FIN, Netty's epoll and io_uring transports keep
 * reading, even with {@code autoRead} off, and would load all data that the system holds for a slow reader. This
 * handler stops them (io_uring after one read), and the rest stays in the system until a read is requested. On epoll a
 * reset is reported at once.
 *
 * <p>The system reports a failed connection only once all data that arrived before is read. So a failed read ends the
 * input: {@link ChannelInputShutdownEvent} follows its exception at once, unless the exception has closed the channel.
 * Netty would also fire the event, but only after a system call that fails with another exception.
 *
 * <p>While the share of buffers for such reads is used up, the handler requests no read and checks again every {@link
 * #MEMORY_PAUSE}, so that the remaining buffers can send earlier data. A channel whose read was requested earlier gets
 * one more small read, because not every transport can still postpone it.
 *
 * <p>For channels with {@code autoRead} off. Not sharable; runs on the channel's event loop.
 */
public final class ReadOnDemandHandler extends ChannelDuplexHandler {
    /** How long reading waits if no buffer is left. */
    public static final Duration MEMORY_PAUSE = Duration.ofMillis(20);

    private static final int SMALL = 1024;
    private static final int MEDIUM = 8192;

    private static final int[] PLAIN_SIDE = {SMALL, MEDIUM, ChunkSealer.MAX_DATA_PER_RUN};
    private static final int[] WIRE_SIDE = {SMALL, MEDIUM, ChunkCipher.MAX_CHUNKS_PER_RUN * Frame.SIZE};

    private final int[] sizes;
    private final BufferUse use;

    private ReadHabit habit = ReadHabit.WHEN_ASKED;
    private int level;
    private int maxLevel;
    private boolean wanted;
    private boolean reading;
    private boolean starved;
    private @Nullable Future<?> pause;

    private ReadOnDemandHandler(int[] sizes, BufferUse use) {
        this.sizes = sizes;
        this.maxLevel = sizes.length - 1;
        this.use = use;
    }

    /**
     * Makes a handler for a wire side, where a full read is a run of whole frames.
     *
     * @return a handler for one channel
     */
    public static ReadOnDemandHandler forWireSide() {
        return new ReadOnDemandHandler(WIRE_SIDE, BufferUse.WIRE_READ);
    }

    /**
     * Makes a handler for a plain side, where a full read makes a run of full chunks.
     *
     * @return a handler for one channel
     */
    public static ReadOnDemandHandler forPlainSide() {
        return new ReadOnDemandHandler(PLAIN_SIDE, BufferUse.PLAINTEXT_READ);
    }

    /**
     * Prepares the next read for a message of a known size, so that one read is enough for it. Later reads adapt as
     * always. Does nothing in a pipeline without such a handler.
     *
     * @param pipeline the pipeline of a channel; on its event loop
     * @param bytes the size of the message, from 1
     */
    public static void expect(ChannelPipeline pipeline, int bytes) {
        ReadOnDemandHandler handler = pipeline.get(ReadOnDemandHandler.class);
        if (handler != null) {
            while (handler.level < handler.maxLevel && handler.sizes[handler.level] < bytes) {
                handler.level++;
            }
        }
    }

    /**
     * Limits the size of all later reads. Does nothing in a pipeline without such a handler.
     *
     * @param pipeline the pipeline of a channel; on its event loop
     * @param bytes the most to read at once; the smallest size is used in any case
     */
    public static void limit(ChannelPipeline pipeline, int bytes) {
        ReadOnDemandHandler handler = pipeline.get(ReadOnDemandHandler.class);
        if (handler != null) {
            while (handler.maxLevel > 0 && handler.sizes[handler.maxLevel] > bytes) {
                handler.maxLevel--;
            }
            handler.level = Math.min(handler.level, handler.maxLevel);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        Channel channel = ctx.channel();
        habit = ReadHabit.of(channel.getClass());
        channel.config().setRecvByteBufAllocator(new Reads(channel.config()));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (pause != null) {
            pause.cancel(false);
        }
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        wanted = true;
        if (pause == null) {
            readWithRoom(ctx);
        }
    }

    /** Requests a read, or waits while the share of buffers for such reads is used up. */
    private void readWithRoom(ChannelHandlerContext ctx) {
        if (ctx.alloc() instanceof LockedBufferAllocator buffers && !buffers.hasRoomFor(use)) {
            pause(ctx);
        } else {
            ctx.read();
        }
    }

    private void pause(ChannelHandlerContext ctx) {
        pause = ctx.executor().schedule(() -> readAgain(ctx), MEMORY_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void readAgain(ChannelHandlerContext ctx) {
        pause = null;
        if (wanted) {
            readWithRoom(ctx);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof NotNow)) {
            boolean inputIsOver = isOfRead(cause);
            ctx.fireExceptionCaught(cause);
            if (inputIsOver && ctx.channel().isOpen()) {
                ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            }
        } else if (habit == ReadHabit.UNTIL_REFUSED && SocketErrors.isPending(ctx.channel())) {
            // The transport tried to read in order to report a reset. Earlier data can still be read.
            ctx.fireExceptionCaught(new IOException("Connection reset by peer"));
        } else if (starved && pause == null) {
            starved = false;
            pause(ctx);
        }
    }

    /**
     * Whether a failure belongs to the read that the transport is trying. On io_uring a read is always under way, also
     * when a write fails.
     */
    private boolean isOfRead(Throwable failure) {
        boolean tried = reading && habit != ReadHabit.AFTER_THE_FIRST_UNTIL_REFUSED;
        reading = false;
        return tried && failure instanceof IOException;
    }

    /** Thrown to make the transport end its read loop. The connection continues. */
    private static final class NotNow extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("StaticAssignmentOfThrowable") // it has no stack trace, and no code changes it
        static final NotNow INSTANCE = new NotNow();

        private NotNow() {
            super("nobody has asked for more", null, false, false);
        }
    }

    private final class Reads extends DefaultMaxMessagesRecvByteBufAllocator {
        private final ChannelConfig config;

        Reads(ChannelConfig config) {
            this.config = config;
        }

        @Override
        @SuppressWarnings("deprecation") // Netty defines the return type
        public Handle newHandle() {
            return new AdaptiveHandle();
        }

        private final class AdaptiveHandle extends MaxMessageHandle {
            private boolean smallBefore;
            private boolean first;

            @Override
            public void reset(ChannelConfig channelConfig) {
                super.reset(channelConfig);
                first = true;
            }

            @Override
            public int guess() {
                return sizes[level];
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                boolean refusable = switch (habit) {
                    case WHEN_ASKED -> false;
                    case UNTIL_REFUSED -> true;
                    case AFTER_THE_FIRST_UNTIL_REFUSED -> !first;
                };
                first = false;
                if (refusable && (!wanted || pause != null)) {
                    throw NotNow.INSTANCE;
                }
                reading = true;
                // Some transports use their own allocator instead of the channel's.
                return config.getAllocator() instanceof LockedBufferAllocator buffers
                        ? allocate(buffers)
                        : super.allocate(allocator);
            }

            /**
             * Allocates the buffer of a read. If the share is used up, the read gets a small buffer, because it is too
             * late to postpone it.
             */
            private ByteBuf allocate(LockedBufferAllocator buffers) {
                try {
                    return buffers.directBuffer(guess(), use);
                } catch (BufferLimitException e) {
                    try {
                        return buffers.directBuffer(SMALL, BufferUse.OTHER);
                    } catch (BufferLimitException none) {
                        starved = true;
                        reading = false;
                        throw NotNow.INSTANCE;
                    }
                }
            }

            @Override
            public void lastBytesRead(int bytes) {
                super.lastBytesRead(bytes);
                reading = false;
                if (bytes <= 0) {
                    return;
                }
                wanted = false;
                if (bytes == attemptedBytesRead()) {
                    smallBefore = false;
                    level = Math.min(level + 1, maxLevel);
                } else if (level > 0 && bytes <= sizes[level - 1]) {
                    if (smallBefore) {
                        level--;
                    }
                    smallBefore = !smallBefore;
                } else {
                    smallBefore = false;
                }
            }
        }
    }
}
