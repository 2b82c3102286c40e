package io.saltunnel.netty.memory;

import java.io.Serial;

/**
 * The bound of a {@link LockedBufferAllocator} is reached: the connection that asked has to do without, or to wait
 * until others release theirs. Carries no stack trace, since it tells of the load. Thrown on the thread that allocates,
 * for a channel its event loop.
 */
public final class BufferLimitException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    BufferLimitException(long maxBytes) {
        super("no buffer memory is left within the limit of " + maxBytes / (1 << 20) + " MiB", null, false, false);
    }
}
