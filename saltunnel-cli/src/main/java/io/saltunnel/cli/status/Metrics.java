package io.saltunnel.cli.status;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.saltunnel.core.secret.MemoryLockStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The metrics of the process and its tunnels, in the text format of Prometheus or of OpenMetrics. They are taken when they
 * are asked for; nothing is kept here.
 */
final class Metrics {

    private final ExpositionFormatWriter openMetrics = OpenMetricsTextFormatWriter.create();
    private final ExpositionFormatWriter prometheus = PrometheusTextFormatWriter.create();
    private final ProcessView process;

    Metrics(ProcessView process) {
        this.process = process;
    }

    /**
     * All metrics.
     *
     * @param accept the request's {@code Accept} header, empty if there is none
     */
    Answer answer(String accept) {
        ExpositionFormatWriter writer = openMetrics.accepts(accept) ? openMetrics : prometheus;
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            writer.write(body, snapshots(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // never, in memory
        }
        return new Answer(HttpResponseStatus.OK, writer.getContentType(), body.toByteArray());
    }

    private MetricSnapshots snapshots() {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        addProcess(all);
        List<TunnelView> tunnels = process.tunnels();
        addDescriptions(all, tunnels);
        addConnections(all, tunnels);
        addHandshakes(all, tunnels);
        addReplays(all, tunnels);
        addKeys(all, tunnels);
        addBytes(all, tunnels);
        JvmMetrics.addTo(all);
        return all.build();
    }

    private void addProcess(MetricSnapshots.Builder all) {
        all.metricSnapshot(InfoSnapshot.builder()
                .name("saltunnel_build")
                .help("The version of the program.")
                .dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder()
                        .labels(Labels.of("version", process.version()))
                        .build())
                .build());
        process.lastReloadSucceeded()
                .ifPresent(succeeded -> all.metricSnapshot(new GaugeFamily(
                                "saltunnel_config_last_reload_successful",
                                "1 if the configuration file was taken over when it was read last, otherwise 0.")
                        .add(Labels.EMPTY, succeeded ? 1 : 0)
                        .snapshot()));
        addWarnings(all, process.warnings());
        all.metricSnapshot(
                new GaugeFamily("saltunnel_locked_memory_bytes", "Memory for keys and data that is locked in RAM.")
                        .add(Labels.EMPTY, MemoryLockStatus.ofProcess().lockedBytes())
                        .snapshot());
        // All tunnels share their buffers.
        long buffers = process.tunnels().stream()
                .mapToLong(tunnel -> tunnel.holdings().bufferBytes())
                .max()
                .orElse(0);
        all.metricSnapshot(
                new GaugeFamily("saltunnel_buffers_bytes", "Memory mapped for buffers, in use or kept for reuse.")
                        .add(Labels.EMPTY, buffers)
                        .snapshot());
    }

    private static void addWarnings(MetricSnapshots.Builder all, List<ProcessWarning> warnings) {
        all.metricSnapshot(new GaugeFamily("saltunnel_warnings", "What is doubtful about the process: how many things.")
                .add(Labels.EMPTY, warnings.size())
                .snapshot());
        InfoSnapshot.Builder infos =
                InfoSnapshot.builder().name("saltunnel_warning").help("What is doubtful about the process.");
        Set<ProcessWarning.Kind> kinds = EnumSet.noneOf(ProcessWarning.Kind.class);
        warnings.forEach(warning -> kinds.add(warning.kind()));
        for (ProcessWarning.Kind kind : kinds) {
            infos.dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder()
                    .labels(Labels.of("warning", kind.label()))
                    .build());
        }
        all.metricSnapshot(infos.build());
    }

    private static void addDescriptions(MetricSnapshots.Builder all, List<TunnelView> tunnels) {
        InfoSnapshot.Builder infos = InfoSnapshot.builder()
                .name("saltunnel_tunnel")
                .help("What each tunnel is, with the fingerprint of its key.");
        for (TunnelView tunnel : tunnels) {
            infos.dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder()
                    .labels(Labels.of(
                            "tunnel", tunnel.name(),
                            "side", tunnel.side().name().toLowerCase(Locale.ROOT),
                            "listen", tunnel.listen(),
                            "to", tunnel.to(),
                            "key", tunnel.key()))
                    .build());
        }
        all.metricSnapshot(infos.build());
    }

    private static void addConnections(MetricSnapshots.Builder all, List<TunnelView> tunnels) {
        GaugeFamily open =
                new GaugeFamily("saltunnel_connections_open", "Connections that carry data, or are about to.");
        GaugeFamily limit = new GaugeFamily("saltunnel_connections_limit", "The most such connections.");
        GaugeFamily unauthenticated = new GaugeFamily(
                "saltunnel_unauthenticated", "Connections of a server that have not proved the key yet.");
        CounterFamily ended = new CounterFamily("saltunnel_connections", "Ended connections by outcome.");
        CounterFamily connects =
                new CounterFamily("saltunnel_connect_failures", "Failed outgoing connections by reason.");
        CounterFamily evictions = new CounterFamily(
                "saltunnel_evictions", "Connections that had not proved the key and made room for newer ones.");
        CounterFamily slots = new CounterFamily(
                "saltunnel_slot_refusals", "Clients that had proved the key, and for which no slot became free.");
        CounterFamily pauses =
                new CounterFamily("saltunnel_accept_pauses", "How often a tunnel stopped accepting for a while.");
        for (TunnelView tunnel : tunnels) {
            Labels labels = Labels.of("tunnel", tunnel.name());
            open.add(labels, tunnel.connections());
            limit.add(labels, tunnel.limit());
            unauthenticated.add(labels, tunnel.holdings().unauthenticated());
            ended.addEach(labels, "outcome", tunnel.tally().outcomes());
            connects.addEach(labels, "reason", tunnel.tally().connectFailures());
            evictions.add(labels, tunnel.tally().evictions());
            slots.add(labels, tunnel.tally().slotRefusals());
            pauses.add(labels, tunnel.tally().pauses());
        }
        List.of(open, limit, unauthenticated).forEach(family -> all.metricSnapshot(family.snapshot()));
        List.of(ended, connects, evictions, slots, pauses).forEach(family -> all.metricSnapshot(family.snapshot()));
    }

    private static void addHandshakes(MetricSnapshots.Builder all, List<TunnelView> tunnels) {
        CounterFamily results = new CounterFamily(
                "saltunnel_handshakes", "Handshakes by result: 'proved', or why the peer did not prove the key.");
        HistogramSnapshot.Builder times = HistogramSnapshot.builder()
                .name("saltunnel_handshake_duration_seconds")
                .help("The time until the peer had proved the key.");
        for (TunnelView tunnel : tunnels) {
            Labels labels = Labels.of("tunnel", tunnel.name());
            results.addEach(labels, "result", tunnel.tally().handshakes());
            add(times, labels, tunnel.tally().times());
        }
        all.metricSnapshot(results.snapshot());
        all.metricSnapshot(times.build());
    }

    private static void add(HistogramSnapshot.Builder all, Labels labels, HandshakeTimes times) {
        all.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(ClassicHistogramBuckets.of(HandshakeTimes.bounds(), times.counts()))
                .sum(times.sumSeconds())
                .build());
    }

    /** What the shared memory of replays was asked; nothing if there is none. */
    private void addReplays(MetricSnapshots.Builder all, List<TunnelView> tunnels) {
        Optional<ReplayMemoryView> memory = process.replayMemory();
        if (memory.isEmpty()) {
            return;
        }
        all.metricSnapshot(new GaugeFamily(
                        "saltunnel_replay_memory_available",
                        "1 if the shared memory of replays can be asked, otherwise 0.")
                .add(Labels.EMPTY, memory.get().fault().isEmpty() ? 1 : 0)
                .snapshot());
        CounterFamily answers = new CounterFamily(
                "saltunnel_replay_questions", "Questions to the shared memory of replays by its answer.");
        HistogramSnapshot.Builder times = HistogramSnapshot.builder()
                .name("saltunnel_replay_question_duration_seconds")
                .help("The time until the shared memory of replays had answered, or its time was up.");
        for (TunnelView tunnel : tunnels) {
            if (tunnel.side() == TunnelView.Side.SERVER) {
                Labels labels = Labels.of("tunnel", tunnel.name());
                answers.addEach(labels, "answer", tunnel.tally().replayAnswers());
                add(times, labels, tunnel.tally().replayTimes());
            }
        }
        all.metricSnapshot(answers.snapshot());
        all.metricSnapshot(times.build());
    }

    /** The keys of the configuration, and those that open connections still have. Others have no series any more. */
    private static void addKeys(MetricSnapshots.Builder all, List<TunnelView> tunnels) {
        CounterFamily proofs =
                new CounterFamily("saltunnel_key_proofs", "Handshakes that proved a key, by its name and fingerprint.");
        GaugeFamily open =
                new GaugeFamily("saltunnel_key_connections_open", "Connections that have proved a key and are open.");
        for (TunnelView tunnel : tunnels) {
            for (KeyView key : tunnel.keys()) {
                Labels labels = Labels.of(
                        "tunnel", tunnel.name(),
                        "key", key.label().name(),
                        "fingerprint", key.label().fingerprint());
                proofs.add(labels, tunnel.tally().proofs(key.label()));
                open.add(labels, key.open());
            }
        }
        all.metricSnapshot(proofs.snapshot());
        all.metricSnapshot(open.snapshot());
    }

    private static void addBytes(MetricSnapshots.Builder all, List<TunnelView> tunnels) {
        CounterFamily plain = new CounterFamily(
                "saltunnel_plain_bytes", "Plaintext: 'sent' into the tunnel, and 'received' from it.");
        CounterFamily wire = new CounterFamily(
                "saltunnel_wire_bytes", "Bytes between client and server, with handshakes and frames.");
        for (TunnelView tunnel : tunnels) {
            Labels labels = Labels.of("tunnel", tunnel.name());
            plain.addEach(labels, "direction", tunnel.tally().plainBytes());
            wire.addEach(labels, "direction", tunnel.tally().wireBytes());
        }
        all.metricSnapshot(plain.snapshot());
        all.metricSnapshot(wire.snapshot());
    }
}
