package io.saltunnel.netty.internal.handshake;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.saltunnel.core.wire.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Puts together the frames of one handshake message, which may arrive in several runs. A message that arrives in one
 * run is not copied. Event loop only.
 */
final class MessageFrames {
    private @Nullable ByteBuf partial;

    /**
     * Takes the frames of a message out of a run.
     *
     * @param run whole frames in direct memory; borrowed, and read up to the end of the message
     * @param frameCount the number of frames of the message, constant until it is complete
     * @param buffers allocates the memory for a message that arrives in pieces
     * @return the message in one piece, which the caller releases; null if the run ended before it was complete
     */
    @Nullable
    ByteBuf take(ByteBuf run, int frameCount, ByteBufAllocator buffers) {
        int size = frameCount * Frame.SIZE;
        if (partial == null && run.readableBytes() >= size) {
            return run.readRetainedSlice(size);
        }
        if (partial == null) {
            partial = buffers.directBuffer(size, size);
        }
        partial.writeBytes(run, Math.min(run.readableBytes(), partial.writableBytes()));
        if (partial.isWritable()) {
            return null;
        }
        ByteBuf message = partial;
        partial = null;
        return message;
    }

    /** Releases the part of a message that has arrived. */
    void drop() {
        if (partial != null) {
            partial.release();
            partial = null;
        }
    }
}
