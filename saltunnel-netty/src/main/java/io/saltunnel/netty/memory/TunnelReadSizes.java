package io.saltunnel.netty.memory;

import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.saltunnel.core.crypto.ChunkCipher;

/**
 * How much a channel reads at once: from single frames up to a whole run, in the sizes that {@link LockedBufferAllocator} has slots for. A read that fills its buffer makes the next one larger; two in a row that would have fit
 * the next smaller one make it smaller.
 */
public final class TunnelReadSizes extends DefaultMaxMessagesRecvByteBufAllocator {
    private static final int SMALL = 1024;
    private static final int MEDIUM = 8192;

    private final int[] sizes;

    private TunnelReadSizes(int bytesInFullRun) {
        this.sizes = new int[] {SMALL, MEDIUM, bytesInFullRun};
    }

    /**
     * For a wire side: a full read is a run of whole frames.
     *
     * @return to be set as a channel option; may be shared
     */
    public static TunnelReadSizes wireSide() {
        return new TunnelReadSizes(ChunkCipher.MAX_CHUNKS_PER_RUN * io.saltunnel.core.wire.Frame.SIZE);
    }

    /**
     * For a plain side: a full read makes a run of full chunks.
     *
     * @return to be set as a channel option; may be shared
     */
    public static TunnelReadSizes plainSide() {
        return new TunnelReadSizes(io.saltunnel.core.session.ChunkSealer.MAX_DATA_PER_RUN);
    }

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
        public void lastBytesRead(int bytes) {
            super.lastBytesRead(bytes);
            if (bytes <= 0) {
                return;
            }
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
