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
        EACH("a connection and process, KB");

        private final String title;

        Figure(String title) {
            this.title = title;
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

    Result(Subject subject) {
        this.subject = subject;
    }

    Subject subject() {
        return subject;
    }

    void add(Figure figure, double value) {
        rounds.computeIfAbsent(figure, key -> new ArrayList<>()).add(value);
    }

    OptionalDouble median(Figure figure) {
        List<Double> values = new ArrayList<>(rounds.getOrDefault(figure, List.of()));
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
