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
 * Changes a key that has sealed something when its time is up, even if no more data is sent. It runs only while there
 * is such a key, so an unused connection costs nothing. Event loop only.
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
     * @param change runs when the key is due: seals a chunk, which changes the key
     */
    KeyChangeTimer(EventExecutor loop, ChunkSealer sealer, Runnable change) {
        this.loop = loop;
        this.sealer = sealer;
        this.change = change;
    }

    /** The sealer was used: starts the timer, unless it is running or the key needs no change. */
    void keyUsed() {
        if (look == null) {
            OptionalLong left = sealer.nanosUntilKeyChange();
            if (left.isPresent()) {
                lookIn(Duration.ofNanos(Math.max(0, left.getAsLong())));
            }
        }
    }

    /** Tries again after a pause, because the change could not be made. */
    void tryAgainIn(Duration pause) {
        if (look == null) {
            lookIn(pause);
        }
    }

    private void lookIn(Duration time) {
        try {
            look = loop.schedule(this::look, time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // The event loop is ending, and so are its connections.
        }
    }

    /** Checks again, because the key may have changed meanwhile, by its count of chunks. */
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
