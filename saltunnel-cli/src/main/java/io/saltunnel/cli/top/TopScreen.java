package io.saltunnel.cli.top;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The tunnels of a process as lines of text, with the throughput since the last time. One thread. */
public final class TopScreen {

    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};
    private static final int KILO = 1000;

    private static final List<String> HEAD =
            List.of("TUNNEL", "SIDE", "OPEN", "SENT/s", "RECEIVED/s", "SENT", "RECEIVED", "PROVED", "FAILED");

    private final Map<String, RecentRates> recent = new HashMap<>();
    private MetricsText before = MetricsText.parse("");

    /** A screen that has shown nothing yet: the first rates are those since the start of the tunnels, and not shown. */
    public TopScreen() {}

    /**
     * Makes the next text.
     *
     * @param metrics what {@code /metrics} said
     * @param readiness what {@code /readyz} said
     * @param seconds the time since the last text; ignored the first time
     * @return lines with their ends
     */
    public String next(String metrics, String readiness, double seconds) {
        MetricsText now = MetricsText.parse(metrics);
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        recent.keySet().retainAll(now.tunnels());
        now.tunnels().forEach(tunnel -> rows.add(row(now, tunnel, seconds)));
        String version = now.label("saltunnel_build_info", null, "version").orElse("unknown");
        StringBuilder text =
                new StringBuilder("saltunnel " + printable(version) + ", " + readinessOf(readiness) + "\n");
        warnings(now)
                .forEach(warning ->
                        text.append("warning: ").append(printable(warning)).append('\n'));
        text.append(table(rows));
        for (String tunnel : now.tunnels()) {
            TopDetails.of(now, tunnel)
                    .forEach(line -> text.append(printable(line)).append('\n'));
            chart(now, tunnel, seconds).ifPresent(line -> text.append(line).append('\n'));
        }
        before = now;
        return text.toString();
    }

    private static List<String> warnings(MetricsText now) {
        List<String> warnings = new ArrayList<>();
        if (now.isZero("saltunnel_config_last_reload_successful")) {
            warnings.add("the configuration file was not used when it was read last; the log says why");
        }
        now.labels("saltunnel_warning_info", "warning")
                .forEach(kind -> warnings.add(kind.replace('_', ' ') + "; the page and the log say what to do"));
        return warnings;
    }

    /** The throughput of both directions together; empty until there was some. */
    private Optional<String> chart(MetricsText now, String tunnel, double seconds) {
        RecentRates rates = recent.computeIfAbsent(tunnel, name -> new RecentRates());
        if (before.tunnels().contains(tunnel)) {
            rates.add(change(now, tunnel, "sent", seconds) + change(now, tunnel, "received", seconds));
        }
        String chart = rates.chart();
        return chart.isBlank() ? Optional.empty() : Optional.of("  throughput |" + chart + "|");
    }

    private static String readinessOf(String body) {
        String first = body.lines().findFirst().orElse("");
        return first.equals("ok") ? "ready" : "not ready: " + printable(first);
    }

    private List<String> row(MetricsText now, String tunnel, double seconds) {
        double proved = now.value("saltunnel_handshakes_total", tunnel, "result", "proved");
        double failed = now.sum("saltunnel_handshakes_total", tunnel)
                - proved
                + now.sum("saltunnel_connect_failures_total", tunnel);
        return List.of(
                tunnel,
                now.label("saltunnel_tunnel_info", tunnel, "side").orElse(""),
                count(now.sum("saltunnel_connections_open", tunnel)) + "/"
                        + count(now.sum("saltunnel_connections_limit", tunnel)),
                rate(now, tunnel, "sent", seconds),
                rate(now, tunnel, "received", seconds),
                bytes(plain(now, tunnel, "sent")),
                bytes(plain(now, tunnel, "received")),
                count(proved),
                count(failed));
    }

    private String rate(MetricsText now, String tunnel, String direction, double seconds) {
        if (!before.tunnels().contains(tunnel)) {
            return "-";
        }
        return bytes(change(now, tunnel, direction, seconds));
    }

    private double change(MetricsText now, String tunnel, String direction, double seconds) {
        double sum = plain(now, tunnel, direction);
        double earlier = plain(before, tunnel, direction);
        return (sum < earlier ? sum : sum - earlier) / seconds;
    }

    private static double plain(MetricsText metrics, String tunnel, String direction) {
        return metrics.value("saltunnel_plain_bytes_total", tunnel, "direction", direction);
    }

    private static String count(double value) {
        return Long.toString((long) value);
    }

    private static String bytes(double value) {
        double scaled = value;
        int unit = 0;
        while (scaled >= KILO && unit < UNITS.length - 1) {
            scaled /= KILO;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", scaled, UNITS[unit]);
    }

    /** The first two columns to the left, the numbers to the right. */
    private static String table(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int width = width(rows, column);
                boolean left = column < 2;
                line.append(column == 0 ? "" : "  ")
                        .append(String.format(left ? "%-" + width + "s" : "%" + width + "s", row.get(column)));
            }
            text.append(printable(line.toString()).stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /** Text from another process must not control the terminal. */
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private static int width(List<List<String>> rows, int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(1);
    }
}
