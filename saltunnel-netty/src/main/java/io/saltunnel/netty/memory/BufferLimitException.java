package io.saltunnel.netty.memory;

import java.io.Serial;

/** The allocator's bound is reached: the connection that asked has to do without. */
public final class BufferLimitException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    BufferLimitException(long maxBytes) {
        super("no buffer memory is left within the limit of " + maxBytes / (1 << 20) + " MiB", null, false, false);
    }
}
