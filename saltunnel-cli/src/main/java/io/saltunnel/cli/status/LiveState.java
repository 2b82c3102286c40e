package io.saltunnel.cli.status;

import io.saltunnel.core.secret.MemoryLockStatus;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** What the page shows, as JSON, and the throughput of the last minutes behind it. One thread. */
final class LiveState {

    private static final double MILLIS_PER_SECOND = 1000;

    private final ProcessView process;
    private final Map<String, Throughput> throughput = new HashMap<>();

    LiveState(ProcessView process) {
        this.process = process;
    }

    /** A period of {@link Throughput#PERIOD_SECONDS} has passed. */
    void sample() {
        List<TunnelView> tunnels = process.tunnels();
        throughput.keySet().retainAll(tunnels.stream().map(TunnelView::name).toList());
        for (TunnelView tunnel : tunnels) {
            Map<String, Long> bytes = tunnel.tally().plainBytes();
            long sent = bytes.getOrDefault("sent", 0L);
            long received = bytes.getOrDefault("received", 0L);
            Throughput known = throughput.get(tunnel.name());
            if (known == null) {
                throughput.put(tunnel.name(), new Throughput(sent, received));
            } else {
                known.add(sent, received);
            }
        }
    }

    /** Everything, with all points of the throughput. */
    String whole() {
        return Json.of(state(Throughput.POINTS));
    }

    /** Everything, with the last point only. */
    String latest() {
        return Json.of(state(1));
    }

    private Map<String, Object> state(int points) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("version", process.version());
        state.put("phase", process.phase().name().toLowerCase(Locale.ROOT));
        state.put("uptimeSeconds", Uptime.seconds());
        state.put("lockedBytes", MemoryLockStatus.ofProcess().lockedBytes());
        state.put("periodSeconds", Throughput.PERIOD_SECONDS);
        state.put("maxPoints", Throughput.POINTS);
        process.lastReloadSucceeded().ifPresent(succeeded -> state.put("lastReloadSucceeded", succeeded));
        state.put(
                "warnings",
                process.warnings().stream().map(ProcessWarning::text).toList());
        state.put(
                "tunnels",
                process.tunnels().stream().map(tunnel -> tunnel(tunnel, points)).toList());
        return state;
    }

    private Map<String, Object> tunnel(TunnelView tunnel, int points) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("name", tunnel.name());
        state.put("side", tunnel.side().name().toLowerCase(Locale.ROOT));
        state.put("listen", tunnel.listen());
        state.put("to", tunnel.to());
        state.put("key", tunnel.key());
        state.put("keys", tunnel.keys().stream().map(key -> key(tunnel, key)).toList());
        state.put("listening", tunnel.listening());
        state.put("open", tunnel.connections());
        state.put("limit", tunnel.limit());
        state.put("unauthenticated", tunnel.holdings().unauthenticated());
        Map<String, Long> bytes = tunnel.tally().plainBytes();
        state.put("sentBytes", bytes.getOrDefault("sent", 0L));
        state.put("receivedBytes", bytes.getOrDefault("received", 0L));
        state.put("outcomes", withoutZeros(tunnel.tally().outcomes()));
        state.put("handshakes", withoutZeros(tunnel.tally().handshakes()));
        state.put("connectFailures", withoutZeros(tunnel.tally().connectFailures()));
        OptionalDouble mean = tunnel.tally().times().meanSeconds();
        OptionalDouble last = tunnel.tally().times().lastSeconds();
        if (mean.isPresent() && last.isPresent()) {
            state.put("meanHandshakeMillis", mean.getAsDouble() * MILLIS_PER_SECOND);
            state.put("lastHandshakeMillis", last.getAsDouble() * MILLIS_PER_SECOND);
        }
        Throughput known = throughput.get(tunnel.name());
        List<Throughput.Point> newest = known == null ? List.of() : known.last(points);
        state.put("sent", newest.stream().map(Throughput.Point::sent).toList());
        state.put("received", newest.stream().map(Throughput.Point::received).toList());
        return state;
    }

    private static Map<String, Object> key(TunnelView tunnel, KeyView key) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("name", key.label().name());
        state.put("fingerprint", key.label().fingerprint());
        state.put("proved", tunnel.tally().proofs(key.label()));
        state.put("open", key.open());
        return state;
    }

    private static Map<String, Long> withoutZeros(Map<String, Long> counts) {
        Map<String, Long> rest = new LinkedHashMap<>(counts);
        rest.values().removeIf(count -> count == 0);
        return rest;
    }
}
