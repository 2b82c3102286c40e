package io.saltunnel.cli.status;

import io.saltunnel.netty.metrics.TunnelEvents;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When a peer has proved the key last, under one set of settings of a tunnel: a tunnel with another server or another key
 * has no proof yet, whatever its name is. Any thread.
 */
public final class LastProof implements TunnelEvents {

    private final LongSupplier nanoTime;
    private volatile boolean proved;
    private volatile long at;

    /**
     * No proof yet.
     *
     * @param nanoTime as {@link System#nanoTime()}
     */
    LastProof(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public void proved(long handshakeNanos) {
        now();
    }

    /** A peer has proved the key just now. */
    void now() {
        at = nanoTime.getAsLong();
        proved = true;
    }

    /** Whether a peer has proved the key within a time before now. */
    boolean within(Duration time) {
        return proved && nanoTime.getAsLong() - at <= time.toNanos();
    }
}
