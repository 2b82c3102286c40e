package io.saltunnel.cli.top;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The lines on one tunnel below the table: its addresses, latency, and counts by reason. */
final class TopDetails {

    private static final double MILLIS_PER_SECOND = 1000;

    private TopDetails() {}

    static List<String> of(MetricsText metrics, String tunnel) {
        List<String> lines = new ArrayList<>();
        lines.add(tunnel + ": " + info(metrics, tunnel, "listen") + " -> " + info(metrics, tunnel, "to") + ", key "
                + info(metrics, tunnel, "key") + latency(metrics, tunnel));
        addCounts(lines, "handshakes", metrics.byLabel("saltunnel_handshakes_total", tunnel, "result"));
        addCounts(lines, "ended connections", metrics.byLabel("saltunnel_connections_total", tunnel, "outcome"));
        addCounts(lines, "failed connects", metrics.byLabel("saltunnel_connect_failures_total", tunnel, "reason"));
        return lines;
    }

    private static String info(MetricsText metrics, String tunnel, String label) {
        return metrics.label("saltunnel_tunnel_info", tunnel, label).orElse("?");
    }

    private static String latency(MetricsText metrics, String tunnel) {
        double count = metrics.sum("saltunnel_handshake_duration_seconds_count", tunnel);
        double sum = metrics.sum("saltunnel_handshake_duration_seconds_sum", tunnel);
        return count == 0
                ? ""
                : String.format(Locale.ROOT, ", mean handshake %.1f ms", sum / count * MILLIS_PER_SECOND);
    }

    private static void addCounts(List<String> lines, String title, Map<String, Double> counts) {
        if (!counts.isEmpty()) {
            List<String> each = new ArrayList<>();
            counts.forEach((reason, count) -> each.add(reason.replace('_', ' ') + " " + count.longValue()));
            lines.add("  " + title + ": " + String.join(", ", each));
        }
    }
}
