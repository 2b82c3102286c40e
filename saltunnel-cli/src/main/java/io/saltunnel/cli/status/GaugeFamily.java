package io.saltunnel.cli.status;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;

/** The values of one metric that goes up and down. One thread. */
final class GaugeFamily {

    private final GaugeSnapshot.Builder builder;

    GaugeFamily(String name, String help) {
        builder = GaugeSnapshot.builder().name(name).help(help);
    }

    GaugeFamily add(Labels labels, long value) {
        return add(labels, (double) value);
    }

    GaugeFamily add(Labels labels, double value) {
        builder.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .labels(labels)
                .value(value)
                .build());
        return this;
    }

    GaugeSnapshot snapshot() {
        return builder.build();
    }
}
