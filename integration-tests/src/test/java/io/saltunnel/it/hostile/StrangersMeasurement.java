package io.saltunnel.it.hostile;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Measures what strangers cost who send without end: {@code StrangersMeasurement SECONDS ROUNDS}, run by {@code
 * integration-tests/measure strangers}. First a server's processor time until its FIN, then the throughput of an
 * established stream beside them. To be pinned to one core, as {@link FloodMeasurement}: the strangers have the other.
 */
public final class StrangersMeasurement {
    private static final int[] CROWDS = {4, 100};

    private StrangersMeasurement() {}

    public static void main(String[] args) throws Exception {
        long millis = Integer.parseInt(args[0]) * 1000L;
        int rounds = Integer.parseInt(args[1]);
        System.out.println(MeasuredServer.surroundings());
        measureCost();
        measureThroughput(millis, rounds);
        System.exit(0);
    }

    private static void measureCost() throws Exception {
        try (MeasuredTunnel tunnel = new MeasuredTunnel("--handshake-timeout", "10")) {
            long cpu = tunnel.server().cpuNanos();
            long start = System.nanoTime();
            try (Strangers strangers = new Strangers(tunnel.server(), CROWDS[0])) {
                long pushed = strangers.pushedUntilTheServersEnd();
                System.out.printf(
                        Locale.ROOT,
                        "%d strangers pushed %.1f MB in %.1f s until FIN: %.2f s of the server's processor time%n",
                        CROWDS[0],
                        pushed / 1e6,
                        (System.nanoTime() - start) / 1e9,
                        (tunnel.server().cpuNanos() - cpu) / 1e9);
            }
        }
    }

    private static void measureThroughput(long millis, int rounds) throws Exception {
        try (MeasuredTunnel tunnel = new MeasuredTunnel("--handshake-timeout", "60")) {
            tunnel.stream();
            bytesIn(millis, tunnel); // warm-up
            double[] alone = new double[CROWDS.length];
            double[] beside = new double[CROWDS.length];
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < CROWDS.length; i++) {
                    alone[i] += bytesIn(millis, tunnel);
                    Strangers strangers = new Strangers(tunnel.server(), CROWDS[i]);
                    beside[i] += bytesIn(millis, tunnel);
                    strangers.close();
                }
            }
            for (int i = 0; i < CROWDS.length; i++) {
                System.out.printf(
                        Locale.ROOT,
                        "beside %d strangers a stream keeps %.1f %% of %.0f MB/s%n",
                        CROWDS[i],
                        100 * beside[i] / alone[i],
                        alone[i] / rounds / millis / 1e3);
            }
        }
    }

    private static double bytesIn(long millis, MeasuredTunnel tunnel) throws InterruptedException {
        Thread.sleep(500);
        long before = tunnel.streamed();
        long start = System.nanoTime();
        Thread.sleep(millis);
        return (tunnel.streamed() - before) * (millis * 1e6) / (System.nanoTime() - start);
    }

    /** The strangers, in a separate process on the second core. */
    private static final class Strangers implements AutoCloseable {
        private final Process process;
        private final BufferedReader out;

        /** Returns once all are connected. */
        Strangers(MeasuredServer server, int connections) throws IOException {
            process = new ProcessBuilder(
                            "taskset",
                            "-c",
                            "1",
                            MeasuredServer.java(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            PushingStrangers.class.getName(),
                            Integer.toString(server.address().getPort()),
                            Integer.toString(connections))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
            out.readLine();
        }

        long pushedUntilTheServersEnd() throws IOException {
            return Long.parseLong(out.readLine());
        }

        @Override
        public void close() throws IOException {
            process.destroy();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            out.close();
        }
    }
}
