package io.saltunnel.benchmarks.compare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The measurements of one subject: a figure for each round. */
final class Result {
    /** The columns, in the order of the table. */
    enum Figure {
        UP("one stream up, MB/s"),
        DOWN("one stream down, MB/s"),
        DUPLEX("both ways at once, sum"),
        EIGHT("8 streams up, sum"),
        CONNECTIONS("connections/s"),
        CPU("server CPU a connection, µs"),
        P50("echo p50, µs"),
        P99("p99, µs"),
        P999("p99.9, µs"),
        IDLE("idle process, MB"),
        EACH("a connection and process, KB"),
        FIRST_SECOND("one stream up, first second, MB/s", true),
        THIRD_SECOND("third second", true),
        FIRST_GIGABYTE("first gigabyte", true),
        SECOND_SECOND_CONNECTIONS("connections in the second second", true),
        EARLY_P99("echo p99 in the first 10 s, µs", true);

        private final String title;
        private final boolean cold;

        Figure(String title) {
            this(title, false);
        }

        Figure(String title, boolean cold) {
            this.title = title;
            this.cold = cold;
        }

        /** Whether it is of programs that have just started. */
        boolean isCold() {
            return cold;
        }

        String title() {
            return title;
        }

        /** Formats as a whole number, except small ones. */
        String show(double value) {
            return value >= 100 ? String.format("%,.0f", value) : String.format("%.1f", value);
        }
    }

    private final Subject subject;
    private final Map<Figure, List<Double>> rounds = new EnumMap<>(Figure.class);
    private final List<Curve> curves = new ArrayList<>();

    Result(Subject subject) {
        this.subject = subject;
    }

    Subject subject() {
        return subject;
    }

    void add(Figure figure, double value) {
        rounds.computeIfAbsent(figure, key -> new ArrayList<>()).add(value);
    }

    void add(Curve curve) {
        curves.add(curve);
    }

    /** The median of each second, in MB/s; empty if no curve was measured. */
    double[] curve() {
        if (curves.isEmpty()) {
            return new double[0];
        }
        double[] medians = new double[curves.get(0).megabytesPerSecond().length];
        for (int i = 0; i < medians.length; i++) {
            int second = i;
            medians[i] = median(curves.stream()
                            .map(curve -> curve.megabytesPerSecond()[second])
                            .toList())
                    .orElseThrow();
        }
        return medians;
    }

    OptionalDouble median(Figure figure) {
        return median(rounds.getOrDefault(figure, List.of()));
    }

    private static OptionalDouble median(List<Double> measured) {
        List<Double> values = new ArrayList<>(measured);
        if (values.isEmpty()) {
            return OptionalDouble.empty();
        }
        Collections.sort(values);
        int middle = values.size() / 2;
        return OptionalDouble.of(
                values.size() % 2 == 1 ? values.get(middle) : (values.get(middle - 1) + values.get(middle)) / 2);
    }

    String cell(Figure figure) {
        OptionalDouble median = median(figure);
        return median.isPresent() ? figure.show(median.getAsDouble()) : "–";
    }
}
