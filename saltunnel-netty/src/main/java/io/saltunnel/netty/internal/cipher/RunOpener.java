package io.saltunnel.netty.internal.cipher;

import io.netty.buffer.ByteBuf;
import io.saltunnel.core.session.ChunkException;
import io.saltunnel.core.session.ChunkOpener;
import io.saltunnel.core.wire.Frame;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Opens runs of whole frames in place. Event loop only. */
final class RunOpener {
    private final ChunkOpener opener;

    RunOpener(ChunkOpener opener) {
        this.opener = opener;
    }

    /**
     * Opens a run. Afterwards its readable bytes are the data: all of it, or the data before a refused chunk.
     *
     * @param run whole frames in direct memory with a single owner; borrowed
     * @return why not all of it was opened; null if it was
     */
    @Nullable
    Throwable open(ByteBuf run) {
        int start = run.readerIndex();
        int frameCount = run.readableBytes() / Frame.SIZE;
        int dataLength = 0;
        try {
            ByteBuffer memory = run.internalNioBuffer(start, frameCount * Frame.SIZE);
            int at = memory.position();
            dataLength = opener.open(EventLoopScratch.current().cipher(), memory, at, frameCount, memory, at);
            return null;
        } catch (ChunkException e) {
            dataLength = e.dataLength();
            return e;
        } catch (RuntimeException | Error e) {
            return e;
        } finally {
            run.writerIndex(start + dataLength);
        }
    }
}
