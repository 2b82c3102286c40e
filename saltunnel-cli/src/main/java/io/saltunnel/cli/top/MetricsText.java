package io.saltunnel.cli.top;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What {@code /metrics} said. Immutable: any thread may use it. */
final class MetricsText {

    private static final String TUNNEL = "tunnel";

    private static final Pattern LINE = Pattern.compile("(\\w+)(?:\\{(.*)})? ([-+\\w.]+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** One value, with the labels that distinguish it from others of the same name. */
    private record Sample(String name, Map<String, String> labels, double value) {}

    private final List<Sample> samples = new ArrayList<>();

    private MetricsText() {}

    /** Reads the text format of Prometheus. What isn't understood is left out. */
    static MetricsText parse(String text) {
        MetricsText metrics = new MetricsText();
        text.lines().filter(line -> !line.startsWith("#")).forEach(metrics::add);
        return metrics;
    }

    private void add(String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            return;
        }
        Map<String, String> labels = new HashMap<>();
        if (parts.group(2) != null) {
            LABEL.matcher(parts.group(2))
                    .results()
                    .forEach(label -> labels.put(label.group(1), label.group(2).replaceAll("\\\\(.)", "$1")));
        }
        try {
            samples.add(new Sample(parts.group(1), labels, Double.parseDouble(parts.group(3))));
        } catch (NumberFormatException e) {
            // +Inf and the like: no value of interest has it.
        }
    }

    /** The names of the tunnels, in their order. */
    Set<String> tunnels() {
        Set<String> names = new LinkedHashSet<>();
        samples.stream()
                .filter(sample -> sample.name.equals("saltunnel_tunnel_info"))
                .forEach(sample -> names.add(sample.labels.getOrDefault(TUNNEL, "")));
        return names;
    }

    /** The sum of a tunnel's values of a metric. */
    double sum(String name, String tunnel) {
        return samples.stream()
                .filter(sample -> sample.name.equals(name) && tunnel.equals(sample.labels.get(TUNNEL)))
                .mapToDouble(Sample::value)
                .sum();
    }

    /** The tunnel's value of a metric with one more label; 0 if there is none. */
    double value(String name, String tunnel, String label, String is) {
        return samples.stream()
                .filter(sample -> sample.name.equals(name) && tunnel.equals(sample.labels.get(TUNNEL)))
                .filter(sample -> is.equals(sample.labels.get(label)))
                .mapToDouble(Sample::value)
                .sum();
    }

    /** A tunnel's values of a metric that aren't 0, by one more label. */
    Map<String, Double> byLabel(String name, String tunnel, String label) {
        Map<String, Double> values = new LinkedHashMap<>();
        samples.stream()
                .filter(sample -> sample.name.equals(name) && tunnel.equals(sample.labels.get(TUNNEL)))
                .filter(sample -> sample.value != 0)
                .forEach(sample -> values.put(sample.labels.getOrDefault(label, ""), sample.value));
        return values;
    }

    /** Whether a metric of the process exists and is 0. */
    boolean isZero(String name) {
        return samples.stream().anyMatch(sample -> sample.name.equals(name) && sample.value == 0);
    }

    /** All values of a metric's label. */
    List<String> labels(String name, String label) {
        return samples.stream()
                .filter(sample -> sample.name.equals(name))
                .flatMap(sample -> Optional.ofNullable(sample.labels.get(label)).stream())
                .toList();
    }

    /** The value of a metric's label for a tunnel, or for the process if the tunnel is null. */
    Optional<String> label(String name, @Nullable String tunnel, String label) {
        return samples.stream()
                .filter(sample -> sample.name.equals(name))
                .filter(sample -> tunnel == null || tunnel.equals(sample.labels.get(TUNNEL)))
                .flatMap(sample -> Optional.ofNullable(sample.labels.get(label)).stream())
                .findFirst();
    }
}
