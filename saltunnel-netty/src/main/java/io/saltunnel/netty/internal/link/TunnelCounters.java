package io.saltunnel.netty.internal.link;

import io.saltunnel.core.key.KeyLabel;
import io.saltunnel.netty.handshake.HandshakeFailedException;
import io.saltunnel.netty.metrics.TunnelEvents;
import io.saltunnel.netty.metrics.TunnelStats;
import io.saltunnel.netty.stage.ConnectionSummary;
import java.util.concurrent.atomic.LongAdder;

/** The counters behind {@link TunnelStats}: the first listener of a tunnel. All event loops add to them. */
final class TunnelCounters implements TunnelEvents {
    private final LongAdder accepted = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private final LongAdder completed = new LongAdder();
    private final LongAdder aborted = new LongAdder();
    private final LongAdder cut = new LongAdder();
    private final LongAdder handshakesFailed = new LongAdder();
    private final LongAdder connectsFailed = new LongAdder();

    /** Counts connections by the key that they proved. */
    final KeyCounters keys = new KeyCounters();

    /** The bytes of each side. The relays add to both counters at every read. */
    final LongAdder plainBytes = new LongAdder();

    final LongAdder wireBytes = new LongAdder();

    @Override
    public void accepted() {
        accepted.increment();
    }

    @Override
    public void handshakeFailed(HandshakeFailedException cause) {
        handshakesFailed.increment();
    }

    @Override
    public void proved(long handshakeNanos, KeyLabel key) {
        keys.proved(key);
    }

    @Override
    public void connectFailed(Throwable cause) {
        connectsFailed.increment();
    }

    @Override
    public void ended(ConnectionSummary summary) {
        switch (summary.outcome()) {
            case COMPLETED -> completed.increment();
            case RESET -> aborted.increment();
            case HANDSHAKE_FAILED, CONNECT_FAILED, ABANDONED -> {}
        }
        ended.increment();
        KeyLabel key = summary.key();
        if (key != null) {
            keys.ended(key);
        }
    }

    /** Counts a joined connection that is reset because its tunnel stops. */
    void cut() {
        cut.increment();
    }

    /** The bytes of plaintext relayed so far, in both directions. */
    long relayedBytes() {
        return plainBytes.sum() + wireBytes.sum();
    }

    TunnelStats read() {
        long over = ended.sum();
        return new TunnelStats(
                accepted.sum(),
                Math.max(0, accepted.sum() - over),
                completed.sum(),
                aborted.sum(),
                cut.sum(),
                handshakesFailed.sum(),
                connectsFailed.sum(),
                plainBytes.sum(),
                wireBytes.sum());
    }
}
