package io.saltunnel.cli.status;

import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/** The basics of the Java virtual machine. */
final class JvmMetrics {

    private static final double MILLIS_PER_SECOND = 1000;

    private JvmMetrics() {}

    static void addTo(MetricSnapshots.Builder all) {
        Runtime runtime = Runtime.getRuntime();
        all.metricSnapshot(new GaugeFamily("jvm_memory_used_bytes", "Memory in use by area.")
                .add(Labels.of("area", "heap"), runtime.totalMemory() - runtime.freeMemory())
                .snapshot());
        all.metricSnapshot(new GaugeFamily("process_start_time_seconds", "When the process started, in Unix time.")
                .add(Labels.EMPTY, Uptime.START.toEpochMilli() / MILLIS_PER_SECOND)
                .snapshot());
        // A Java runtime of only the modules that a tunnel needs has no such module.
        if (ModuleLayer.boot().findModule("java.management").isPresent()) {
            Managed.addTo(all);
        }
    }

    /** Not loaded without its module. */
    private static final class Managed {

        static void addTo(MetricSnapshots.Builder all) {
            all.metricSnapshot(new GaugeFamily("jvm_threads_current", "Live threads.")
                    .add(Labels.EMPTY, ManagementFactory.getThreadMXBean().getThreadCount())
                    .snapshot());
            CounterFamily collections = new CounterFamily("jvm_gc_collections", "Collections of garbage.");
            CounterFamily seconds = new CounterFamily("jvm_gc_collection_seconds", "The time that they took.");
            for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
                Labels labels = Labels.of("gc", collector.getName());
                collections.add(labels, Math.max(0, collector.getCollectionCount()));
                seconds.add(labels, Math.max(0, collector.getCollectionTime()) / MILLIS_PER_SECOND);
            }
            all.metricSnapshot(collections.snapshot());
            all.metricSnapshot(seconds.snapshot());
        }
    }
}
