package io.saltunnel.netty.internal.link;

import io.saltunnel.netty.metrics.TunnelStats;
import java.util.concurrent.atomic.LongAdder;

/** The counters behind {@link TunnelStats}; all event loops add to them. */
final class TunnelCounters {
    final LongAdder accepted = new LongAdder();
    final LongAdder ended = new LongAdder();
    final LongAdder completed = new LongAdder();
    final LongAdder aborted = new LongAdder();
    final LongAdder handshakesFailed = new LongAdder();
    final LongAdder connectsFailed = new LongAdder();
    final LongAdder plainBytes = new LongAdder();
    final LongAdder wireBytes = new LongAdder();

    /** Bytes of plaintext that have passed, in both directions. */
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
                handshakesFailed.sum(),
                connectsFailed.sum(),
                plainBytes.sum(),
                wireBytes.sum());
    }
}
