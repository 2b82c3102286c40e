package io.saltunnel.netty.memory;

import java.io.Serial;

/**
 * The bound of a {@link LockedBufferAllocator} is reached: the connection that asked must do without a buffer, or wait
 * until others release theirs. It carries no stack trace, because the load is the cause. Thrown on the thread that
 * allocates; for a channel, its event loop.
 */
public final class BufferLimitException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    BufferLimitException(long maxBytes) {
        super("no buffer memory is left within the limit of " + maxBytes / (1 << 20) + " MiB", null, false, false);
    }
}
