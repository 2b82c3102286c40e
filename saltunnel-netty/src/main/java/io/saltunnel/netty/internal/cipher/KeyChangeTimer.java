package io.saltunnel.netty.internal.cipher;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.saltunnel.core.session.ChunkSealer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Changes a key that has sealed something in time, even if nothing more is sent. It runs only while there is such a key,
 * so an unused connection costs nothing. Event loop only.
 */
final class KeyChangeTimer {
    private final EventExecutor loop;
    private final ChunkSealer sealer;
    private final Runnable change;
    private @Nullable Future<?> look;

    /**
     * A timer that isn't running.
     *
     * @param loop the connection's event loop
     * @param sealer has the key
     * @param change seals something, since the time for that has come
     */
    KeyChangeTimer(EventExecutor loop, ChunkSealer sealer, Runnable change) {
        this.loop = loop;
        this.sealer = sealer;
        this.change = change;
    }

    /** The sealer was used. Starts the timer, if it isn't running and the key has to change some time. */
    void keyUsed() {
        if (look == null) {
            OptionalLong left = sealer.nanosUntilKeyChange();
            if (left.isPresent()) {
                lookIn(Duration.ofNanos(Math.max(0, left.getAsLong())));
            }
        }
    }

    /** The change could not be made: tries again. */
    void tryAgainIn(Duration pause) {
        if (look == null) {
            lookIn(pause);
        }
    }

    private void lookIn(Duration time) {
        try {
            look = loop.schedule(this::look, time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // The event loop is ending, and its connections with it.
        }
    }

    /** The key may have changed meanwhile, by its count of chunks. */
    private void look() {
        look = null;
        OptionalLong left = sealer.nanosUntilKeyChange();
        if (left.isPresent() && left.getAsLong() <= 0) {
            change.run();
        } else {
            keyUsed();
        }
    }

    void stop() {
        if (look != null) {
            look.cancel(false);
        }
    }
}
