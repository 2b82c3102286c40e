package io.saltunnel.netty.internal.read;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.Future;
import io.saltunnel.core.crypto.ChunkCipher;
import io.saltunnel.core.session.ChunkSealer;
import io.saltunnel.core.wire.Frame;
import io.saltunnel.netty.memory.BufferLimitException;
import io.saltunnel.netty.memory.LockedBufferAllocator;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Decides how much a channel reads, and when: the first handler of either side of a tunnel, next to the socket.
 *
 * <p>How much: from a single frame up to a whole run, in the sizes that {@link LockedBufferAllocator} has slots for. A
 * read that fills its buffer makes the next one larger; two in a row that would have fit the next smaller size make it
 * smaller.
 *
 * <p>When: once for each {@code read()}, and not otherwise. Netty's epoll transport goes on reading, whatever {@code
 * autoRead} says, once the peer has sent FIN; that would take in all that the system holds for a reader who is slow.
 * Here it is stopped, and the rest stays where it is until somebody asks for it; a reset is told at once. When buffers
 * become scarce, reading waits for {@link #MEMORY_PAUSE} and tries again, rather than failing the connection, so that
 * what is left of them serves to seal what was read before.
 *
 * <p>For channels with {@code autoRead} off. Not sharable; runs on the channel's event loop.
 */
public final class ReadOnDemandHandler extends ChannelDuplexHandler {
    /** How long reading waits when no buffer is left. */
    public static final Duration MEMORY_PAUSE = Duration.ofMillis(20);

    private static final int SMALL = 1024;
    private static final int MEDIUM = 8192;

    private static final int[] PLAIN_SIDE = {SMALL, MEDIUM, ChunkSealer.MAX_DATA_PER_RUN};
    private static final int[] WIRE_SIDE = {SMALL, MEDIUM, ChunkCipher.MAX_CHUNKS_PER_RUN * Frame.SIZE};

    private final int[] sizes;
    private boolean readsUnasked;
    private boolean wanted;
    private boolean starved;
    private @Nullable Future<?> pause;

    private ReadOnDemandHandler(int[] sizes) {
        this.sizes = sizes;
    }

    /**
     * For a wire side: a full read is a run of whole frames.
     *
     * @return a handler for one channel
     */
    public static ReadOnDemandHandler forWireSide() {
        return new ReadOnDemandHandler(WIRE_SIDE);
    }

    /**
     * For a plain side: a full read makes a run of full chunks.
     *
     * @return a handler for one channel
     */
    public static ReadOnDemandHandler forPlainSide() {
        return new ReadOnDemandHandler(PLAIN_SIDE);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        readsUnasked = ctx.channel() instanceof EpollSocketChannel;
        ctx.channel().config().setRecvByteBufAllocator(new Reads());
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
            ctx.read();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!(cause instanceof NotNow)) {
            ctx.fireExceptionCaught(cause);
        } else if (isReset(ctx.channel())) {
            ctx.fireExceptionCaught(new IOException("Connection reset by peer"));
        } else if (starved && pause == null) {
            starved = false;
            pause = ctx.executor().schedule(() -> readAgain(ctx), MEMORY_PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Whether it was for this that the transport wanted to read: no read would tell before somebody asks for one, and
     * who is stalled may never ask.
     */
    private static boolean isReset(Channel channel) {
        try {
            return channel instanceof EpollSocketChannel connection
                    && connection.fd() instanceof Socket socket
                    && socket.isOpen()
                    && socket.getSoError() != 0;
        } catch (IOException e) {
            return false; // closed meanwhile, which is told in another way
        }
    }

    private void readAgain(ChannelHandlerContext ctx) {
        pause = null;
        if (wanted) {
            ctx.read();
        }
    }

    /** Makes the transport end a read loop without harm to the connection. */
    private static final class NotNow extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("StaticAssignmentOfThrowable") // it has no stack trace, and nobody adds to it
        static final NotNow INSTANCE = new NotNow();

        private NotNow() {
            super("nobody has asked for more", null, false, false);
        }
    }

    private final class Reads extends DefaultMaxMessagesRecvByteBufAllocator {
        @Override
        @SuppressWarnings("deprecation") // the return type is Netty's own
        public Handle newHandle() {
            return new AdaptiveHandle();
        }

        private final class AdaptiveHandle extends MaxMessageHandle {
            private int level;
            private boolean smallBefore;

            @Override
            public int guess() {
                return sizes[level];
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                if (readsUnasked && !wanted) {
                    throw NotNow.INSTANCE;
                }
                if (allocator instanceof LockedBufferAllocator buffers && buffers.isScarce()) {
                    starved = true;
                    throw NotNow.INSTANCE;
                }
                try {
                    return super.allocate(allocator);
                } catch (BufferLimitException e) {
                    starved = true;
                    throw NotNow.INSTANCE;
                }
            }

            @Override
            public void lastBytesRead(int bytes) {
                super.lastBytesRead(bytes);
                if (bytes <= 0) {
                    return;
                }
                wanted = false;
                if (bytes == attemptedBytesRead()) {
                    smallBefore = false;
                    level = Math.min(level + 1, sizes.length - 1);
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
