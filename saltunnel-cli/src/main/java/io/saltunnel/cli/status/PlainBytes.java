package io.saltunnel.cli.status;

import io.saltunnel.netty.metrics.TunnelStats;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The bytes of plaintext of all tunnels that have had one name, one after another or at the same time. Tunnels count
 * their bytes themselves; this adds their sums up, so that the total never falls. Any thread.
 */
final class PlainBytes {

    /** The bytes in each direction. */
    private record Sum(long sent, long received) {

        static final Sum NONE = new Sum(0, 0);

        static Sum of(Supplier<TunnelStats> tunnel) {
            TunnelStats stats = tunnel.get();
            return new Sum(stats.plainBytes(), stats.wireBytes());
        }

        Sum plus(Sum other) {
            return new Sum(sent + other.sent, received + other.received);
        }

        Sum minus(Sum other) {
            return new Sum(sent - other.sent, received - other.received);
        }
    }

    /** The tunnels that have the name, with the bytes that they had carried before. Guarded by this. */
    private final Map<Supplier<TunnelStats>, Sum> tunnels = new HashMap<>();

    /** The bytes of tunnels that had the name. Guarded by this. */
    private Sum former = Sum.NONE;

    /** A tunnel that has just started has the name. */
    synchronized void begin(Supplier<TunnelStats> tunnel) {
        tunnels.put(tunnel, Sum.NONE);
    }

    /** A tunnel that had another name has this one from now on. */
    synchronized void takeOver(Supplier<TunnelStats> tunnel) {
        tunnels.put(tunnel, Sum.of(tunnel));
    }

    /** A tunnel has stopped, or has another name from now on. */
    synchronized void end(Supplier<TunnelStats> tunnel) {
        Sum before = tunnels.remove(tunnel);
        if (before != null) {
            former = former.plus(Sum.of(tunnel).minus(before));
        }
    }

    synchronized Map<String, Long> byDirection() {
        Sum all = former;
        for (Map.Entry<Supplier<TunnelStats>, Sum> each : tunnels.entrySet()) {
            all = all.plus(Sum.of(each.getKey()).minus(each.getValue()));
        }
        return Map.of("sent", all.sent, "received", all.received);
    }
}
