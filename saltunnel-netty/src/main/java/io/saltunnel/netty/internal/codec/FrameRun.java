package io.saltunnel.netty.internal.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** A run of whole frames in one buffer, as {@link FrameCodec} passes it on. */
public final class FrameRun {
    private FrameRun() {}

    /**
     * Ensures that a run can be opened in place: one piece of direct memory with a single owner.
     *
     * @param run the run; this takes ownership
     * @param allocator allocates the copy, if one is needed
     * @return the run itself, or a copy of its readable bytes (the run is then released); owned by the caller
     */
    public static ByteBuf exclusive(ByteBuf run, ByteBufAllocator allocator) {
        if (run.isDirect() && run.nioBufferCount() == 1 && run.refCnt() == 1 && !run.isReadOnly()) {
            return run;
        }
        try {
            int length = run.readableBytes();
            return allocator.directBuffer(length, length).writeBytes(run);
        } finally {
            run.release();
        }
    }
}
