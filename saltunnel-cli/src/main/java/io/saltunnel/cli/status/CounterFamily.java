package io.saltunnel.cli.status;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Map;

/** The values of one metric that only grows. Its name is given without {@code _total}. One thread. */
final class CounterFamily {

    private final CounterSnapshot.Builder builder;

    CounterFamily(String name, String help) {
        builder = CounterSnapshot.builder().name(name).help(help);
    }

    CounterFamily add(Labels labels, long value) {
        return add(labels, (double) value);
    }

    CounterFamily add(Labels labels, double value) {
        builder.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                .labels(labels)
                .value(value)
                .build());
        return this;
    }

    /** One value for each entry, with its name as one more label. */
    CounterFamily addEach(Labels labels, String label, Map<String, Long> counts) {
        counts.forEach((name, count) -> add(labels.add(label, name), count));
        return this;
    }

    CounterSnapshot snapshot() {
        return builder.build();
    }
}
