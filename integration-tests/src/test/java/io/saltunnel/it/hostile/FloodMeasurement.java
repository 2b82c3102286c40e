package io.saltunnel.it.hostile;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures what a flood of junk connections costs an established stream and honest clients:
 * {@code FloodMeasurement KIND SECONDS ROUNDS}, run by {@code integration-tests/measure flood}.
 *
 * <p>To be pinned to one core ({@code taskset -c 0}): client, server, and both ends of the stream share that core, and
 * the flood has the other to itself. Phases without and with the flood alternate; the result is their ratio.
 */
public final class FloodMeasurement {
    private final MeasuredTunnel tunnel = new MeasuredTunnel();
    private final MeasuredServer server = tunnel.server();

    private FloodMeasurement() throws Exception {}

    public static void main(String[] args) throws Exception {
        JunkFlood.Kind kind = JunkFlood.Kind.valueOf(args[0].toUpperCase(Locale.ROOT));
        int seconds = Integer.parseInt(args[1]);
        int rounds = Integer.parseInt(args[2]);
        FloodMeasurement measurement = new FloodMeasurement();
        try {
            measurement.run(kind, seconds, rounds);
        } finally {
            measurement.tunnel.close();
        }
        System.exit(0);
    }

    private void run(JunkFlood.Kind kind, int seconds, int rounds) throws Exception {
        tunnel.stream();
        phase(seconds); // warm-up, including the code of refusals:
        Flood warmUp = new Flood(kind);
        phase(seconds);
        warmUp.end();
        List<Double> calm = new ArrayList<>();
        List<Double> flooded = new ArrayList<>();
        List<Long> calmMicros = new ArrayList<>();
        List<Long> floodedMicros = new ArrayList<>();
        List<Long> rates = new ArrayList<>();
        long calmMemory = 0;
        long floodedMemory = 0;
        for (int round = 0; round < rounds; round++) {
            Phase without = phase(seconds);
            calm.add(without.megabytesPerSecond);
            calmMicros.addAll(without.handshakeMicros);
            calmMemory = Math.max(calmMemory, server.status("VmRSS"));
            Flood flood = new Flood(kind);
            Phase with = phase(seconds);
            flooded.add(with.megabytesPerSecond);
            floodedMicros.addAll(with.handshakeMicros);
            floodedMemory = Math.max(floodedMemory, server.status("VmRSS"));
            flood.end();
            rates.add(flood.perSecond);
            System.out.printf(
                    Locale.ROOT,
                    "round %d: %.0f MB/s calm, %.0f MB/s with %d junk connections/s (%.0f %%)%n",
                    round,
                    without.megabytesPerSecond,
                    with.megabytesPerSecond,
                    flood.perSecond,
                    100 * with.megabytesPerSecond / without.megabytesPerSecond);
        }
        System.out.println(MeasuredServer.surroundings());
        System.out.printf(
                Locale.ROOT,
                "%s: stream keeps %.0f %%; honest connections: calm p50 %.1f p99 %.1f ms, flooded p50 %.1f p99 %.1f max %.1f ms (%d);"
                        + " server RSS %d MiB calm, %d MiB flooded (peak %d MiB); junk %d/s%n",
                kind,
                100 * mean(flooded) / mean(calm),
                percentile(calmMicros, 0.5),
                percentile(calmMicros, 0.99),
                percentile(floodedMicros, 0.5),
                percentile(floodedMicros, 0.99),
                percentile(floodedMicros, 1),
                floodedMicros.size(),
                calmMemory >> 10,
                floodedMemory >> 10,
                server.status("VmHWM") >> 10,
                rates.stream().mapToLong(Long::longValue).sum() / rates.size());
    }

    private record Phase(double megabytesPerSecond, List<Long> handshakeMicros) {}

    /** A permanent stream, and beside it one honest connection after another. */
    private Phase phase(int seconds) throws IOException, InterruptedException {
        Thread.sleep(300);
        List<Long> micros = new ArrayList<>();
        long bytesBefore = tunnel.streamed();
        long start = System.nanoTime();
        while (System.nanoTime() - start < seconds * 1_000_000_000L) {
            long before = System.nanoTime();
            try {
                tunnel.echo();
                micros.add((System.nanoTime() - before) / 1000);
            } catch (IOException e) {
                System.out.println("honest connection failed: " + e.getMessage());
                micros.add(20_000_000L);
            }
            Thread.sleep(20);
        }
        double elapsed = (System.nanoTime() - start) / 1e9;
        return new Phase((tunnel.streamed() - bytesBefore) / 1e6 / elapsed, micros);
    }

    /** The flood, in a separate process on the second core. */
    private final class Flood {
        private final Process process;
        private long perSecond;

        Flood(JunkFlood.Kind kind) throws IOException {
            process = new ProcessBuilder(
                            "taskset",
                            "-c",
                            "1",
                            MeasuredServer.java(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            JunkFlood.class.getName(),
                            Integer.toString(server.address().getPort()),
                            kind.name(),
                            "48",
                            "0")
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        }

        void end() throws IOException, InterruptedException {
            process.getOutputStream().close();
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
                perSecond = Long.parseLong(out.readLine().split(" ", 2)[0]);
            }
            process.waitFor();
        }
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    /** In milliseconds. */
    private static double percentile(List<Long> micros, double fraction) {
        List<Long> sorted = micros.stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1L, (long) (fraction * sorted.size()))) / 1000.0;
    }
}
