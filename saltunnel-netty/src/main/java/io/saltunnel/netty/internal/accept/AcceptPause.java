package io.saltunnel.netty.internal.accept;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import io.saltunnel.netty.internal.log.RateLimitedWarning;
import io.saltunnel.netty.internal.log.Reason;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A pause in accepting on a listening channel, after a failed accept or while a budget refills. The handler that owns
 * {@code autoRead} checks {@link #isOn()}. Runs on the listening channel's event loop.
 */
final class AcceptPause {
    /** The pause after a failed accept. A failure, such as no file descriptor left, does not go away at once. */
    static final Duration AFTER_ERROR = Duration.ofMillis(100);

    private final Logger log;
    private final RateLimitedWarning warning = new RateLimitedWarning();
    private @Nullable Future<?> end;

    AcceptPause(Logger log) {
        this.log = log;
    }

    boolean isOn() {
        return end != null;
    }

    /**
     * Begins a pause, unless one is on.
     *
     * @param over runs at its end
     */
    void begin(ChannelHandlerContext ctx, Duration time, Runnable over) {
        if (end == null) {
            end = ctx.executor()
                    .schedule(
                            () -> {
                                end = null;
                                over.run();
                            },
                            time.toNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    /**
     * Begins a pause because accepting failed, and logs a warning, at most one per second.
     *
     * @param over runs at its end
     */
    void afterError(ChannelHandlerContext ctx, Throwable cause, Runnable over) {
        warning.warn(log, "can't accept connections for the moment: {}", Reason.of(cause));
        begin(ctx, AFTER_ERROR, over);
    }

    /** Cancels the end of the pause, because the listening channel ends. */
    void cancel() {
        warning.flush();
        if (end != null) {
            end.cancel(false);
        }
    }
}
