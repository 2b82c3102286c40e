package io.saltunnel.it.hostile;

import io.saltunnel.testsupport.observer.KolmogorovSmirnov;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures when a server closes, for each kind of bad input: {@code CloseTimes CONNECTIONS PER_SECOND}, run by
 * {@code integration-tests/measure silence}.
 *
 * <p>Connections of each kind are made in random order. One thread times all of them, from connecting to the end of the
 * stream, so that the load of the attacker's threads doesn't count. The output for each kind: how many ended with FIN
 * and how many with RST, quantiles, and the two-sample Kolmogorov–Smirnov test of its times against those of all other
 * kinds. p is how often chance alone would make the two differ as much. With nineteen kinds one may well be below 0.05;
 * a prober could use one below 0.0001.
 */
public final class CloseTimes {
    private static final String SERVER_TIMEOUT_SECONDS = "2";

    private final Map<BadInput, List<Double>> millis = new EnumMap<>(BadInput.class);
    private final Map<BadInput, Integer> resets = new EnumMap<>(BadInput.class);

    private CloseTimes() {}

    public static void main(String[] args) throws Exception {
        new CloseTimes().run(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
        System.exit(0);
    }

    private void run(int each, int perSecond) throws Exception {
        try (ServerSocket target = new ServerSocket(0, 100, MeasuredServer.LOOPBACK);
                MeasuredServer server = new MeasuredServer(
                        (InetSocketAddress) target.getLocalSocketAddress(),
                        "--handshake-timeout",
                        SERVER_TIMEOUT_SECONDS)) {
            BadInput.Attacker attacker = BadInput.Attacker.withRecording(server.address(), server.key());
            attack(server, attacker, 3, perSecond);
            millis.clear();
            resets.clear();
            attack(server, attacker, each, perSecond);
        }
        show();
    }

    private void attack(MeasuredServer server, BadInput.Attacker attacker, int each, int perSecond) throws Exception {
        List<BadInput> order = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            order.addAll(Arrays.asList(BadInput.values()));
        }
        Collections.shuffle(order, new Random(each));
        ExecutorService threads = Executors.newCachedThreadPool();
        try (EndClock clock = new EndClock()) {
            List<Future<?>> attacks = new ArrayList<>();
            long next = System.nanoTime();
            for (BadInput input : order) {
                while (System.nanoTime() < next) {
                    LockSupport.parkNanos(next - System.nanoTime());
                }
                next += 1_000_000_000L / perSecond;
                attacks.add(threads.submit(() -> attack(clock, server, input, attacker)));
            }
            for (Future<?> attack : attacks) {
                attack.get();
            }
            clock.awaitAll(order.size());
        } finally {
            threads.shutdown();
        }
    }

    /** Performs an attack; the clock does the rest. */
    private Void attack(EndClock clock, MeasuredServer server, BadInput input, BadInput.Attacker attacker)
            throws IOException {
        SocketChannel channel = SocketChannel.open(server.address());
        long start = System.nanoTime();
        if (input != BadInput.NOISE_UNTIL_THE_END) {
            input.speak(channel.socket(), attacker);
        }
        clock.watch(channel, input.answerBytes(), (end, reset) -> note(input, (end - start) / 1e6, reset));
        if (input == BadInput.NOISE_UNTIL_THE_END) {
            makeNoise(channel);
        }
        return null;
    }

    private static void makeNoise(SocketChannel channel) {
        ByteBuffer noise = ByteBuffer.wrap(BadInput.random(10_000));
        try {
            while (channel.isOpen()) {
                channel.write(noise.rewind());
                LockSupport.parkNanos(BadInput.NOISE_PAUSE_NANOS);
            }
        } catch (IOException e) {
            // The clock has seen the end and closed the channel.
        }
    }

    private synchronized void note(BadInput input, double took, boolean reset) {
        millis.computeIfAbsent(input, none -> new ArrayList<>()).add(took);
        resets.merge(input, reset ? 1 : 0, Integer::sum);
    }

    private void show() throws IOException {
        System.out.println(MeasuredServer.surroundings());
        System.out.printf(
                "%-30s %5s %5s %9s %9s %9s %9s %8s%n", "", "FIN", "RST", "min ms", "median", "p99", "max", "p (KS)");
        for (BadInput input : BadInput.values()) {
            double[] own = sorted(millis.get(input));
            List<Double> others = new ArrayList<>();
            millis.forEach((kind, times) -> {
                if (kind != input) {
                    others.addAll(times);
                }
            });
            int reset = resets.get(input);
            System.out.printf(
                    Locale.ROOT,
                    "%-30s %5d %5d %9.2f %9.2f %9.2f %9.2f %8.4f%n",
                    input,
                    own.length - reset,
                    reset,
                    own[0],
                    own[own.length / 2],
                    own[(int) (0.99 * (own.length - 1))],
                    own[own.length - 1],
                    KolmogorovSmirnov.pValue(own, sorted(others)));
        }
    }

    private static double[] sorted(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }
}
