package io.saltunnel.it.process;

import io.saltunnel.it.process.WireTap.Direction;
import io.saltunnel.it.process.WireTap.Passed;
import io.saltunnel.it.process.WireTap.Recording;
import io.saltunnel.testsupport.observer.KolmogorovSmirnov;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Records sizes and times between both programs, and tests whether they show what the user does: {@code Eavesdropping
 * RUNS SECONDS OPTION...}, run by {@code integration-tests/measure eavesdrop}. The options are those of both programs.
 *
 * <p>A run records an idle connection, one on which somebody types, and a download, one after another, in an order that
 * changes from run to run. Each two of the three are compared by the Kolmogorov–Smirnov test, for the sizes of what
 * passes and for the times between, in each direction. The smallest of these four p-values, times four, is the run's:
 * by chance alone it is below 0.01 in at most one of a hundred runs.
 */
public final class Eavesdropping {
    private static final long SETTLING_MILLIS = 1_000;
    private static final double KEYS_PER_SECOND = 5;
    private static final double SUSPICIOUS = 0.01;

    /** What the user does. */
    private enum Activity {
        IDLE,
        TYPING,
        DOWNLOAD
    }

    /** Two activities that are compared. */
    private record Pair(Activity one, Activity other) {
        static final List<Pair> ALL = List.of(
                new Pair(Activity.IDLE, Activity.TYPING),
                new Pair(Activity.IDLE, Activity.DOWNLOAD),
                new Pair(Activity.TYPING, Activity.DOWNLOAD));

        @Override
        public String toString() {
            return one + "/" + other;
        }
    }

    /** What can be measured of what passes in one direction. */
    private record Feature(Direction direction, boolean times) {
        static final List<Feature> ALL = List.of(
                new Feature(Direction.UP, false),
                new Feature(Direction.UP, true),
                new Feature(Direction.DOWN, false),
                new Feature(Direction.DOWN, true));

        double[] of(Map<Direction, List<Passed>> recorded) {
            List<Passed> passed = recorded.get(direction);
            return times
                    ? millisBetween(passed)
                    : passed.stream().mapToDouble(Passed::bytes).toArray();
        }

        private static double[] millisBetween(List<Passed> passed) {
            return IntStream.range(1, passed.size())
                    .mapToDouble(
                            i -> (passed.get(i).nanoTime() - passed.get(i - 1).nanoTime()) / 1e6)
                    .toArray();
        }

        @Override
        public String toString() {
            return (times ? "times " : "sizes ") + direction.name().toLowerCase(Locale.ROOT);
        }
    }

    private final TunnelPair tunnel;
    private final WireTap tap;
    private final ServerSocket target;
    private final long recordingNanos;
    private final Random random = new Random(1);

    /** The values of each feature, of all runs. */
    private final Map<Activity, Map<Feature, double[]>> all = new EnumMap<>(Activity.class);

    private Eavesdropping(TunnelPair tunnel, WireTap tap, ServerSocket target, int seconds) {
        this.tunnel = tunnel;
        this.tap = tap;
        this.target = target;
        this.recordingNanos = seconds * 1_000_000_000L;
    }

    public static void main(String[] args) throws Exception {
        Locale.setDefault(Locale.ROOT);
        int runs = Integer.parseInt(args[0]);
        int seconds = Integer.parseInt(args[1]);
        String[] options = List.of(args).subList(2, args.length).toArray(String[]::new);
        try (Processes processes = Processes.untilClosed();
                ServerSocket target = Sockets.listen()) {
            SaltunnelProcess server = processes.server(Sockets.address(target), options);
            try (WireTap tap = WireTap.to(server.address())) {
                TunnelPair tunnel = new TunnelPair(processes.client(tap.address(), options), server);
                System.out.printf("options of both programs: %s; runs of %d s%n", String.join(" ", options), seconds);
                new Eavesdropping(tunnel, tap, target, seconds).run(runs);
            }
        }
        System.exit(0); // threads may hang in a read
    }

    private void run(int runs) throws Exception {
        record(Activity.DOWNLOAD); // both programs compile
        int hidden = 0;
        for (int run = 0; run < runs; run++) {
            Map<Activity, Map<Feature, double[]>> seen = new EnumMap<>(Activity.class);
            for (int i = 0; i < Activity.values().length; i++) {
                Activity activity = Activity.values()[(run + i) % Activity.values().length];
                Map<Direction, List<Passed>> recorded = record(activity);
                seen.put(activity, features(recorded));
            }
            hidden += show(run, seen) > SUSPICIOUS ? 1 : 0;
            seen.forEach((activity, values) -> values.forEach((feature, more) ->
                    all.computeIfAbsent(activity, none -> new HashMap<>()).merge(feature, more, Eavesdropping::join)));
        }
        System.out.printf("p > %.2f for each pair in %d of %d runs%n", SUSPICIOUS, hidden, runs);
        System.out.println("all runs together, p (and distance):");
        for (Pair pair : Pair.ALL) {
            System.out.printf("  %s", pair);
            for (Feature feature : Feature.ALL) {
                double[] one = sorted(all.get(pair.one()).get(feature));
                double[] other = sorted(all.get(pair.other()).get(feature));
                System.out.printf(
                        "; %s %.2g (%.4f)", feature, pValue(one, other), KolmogorovSmirnov.distance(one, other));
            }
            System.out.println();
        }
    }

    private static Map<Feature, double[]> features(Map<Direction, List<Passed>> recorded) {
        return Feature.ALL.stream().collect(Collectors.toMap(feature -> feature, feature -> feature.of(recorded)));
    }

    // ---- recording

    private Map<Direction, List<Passed>> record(Activity activity) throws Exception {
        try (Socket application = tunnel.connect();
                Socket accepted = Sockets.accept(target)) {
            Recording recording = tap.next();
            Thread.sleep(SETTLING_MILLIS);
            long from = System.nanoTime();
            long to = from + recordingNanos;
            switch (activity) {
                case IDLE -> Thread.sleep(recordingNanos / 1_000_000);
                case TYPING -> type(application, accepted, to);
                case DOWNLOAD -> download(application, accepted, to);
            }
            Map<Direction, List<Passed>> passed = new EnumMap<>(Direction.class);
            for (Direction direction : Direction.values()) {
                passed.put(direction, recording.passed(direction, from, to));
            }
            Sockets.reset(application);
            return passed;
        }
    }

    /** Each key is echoed, as a shell does. */
    private void type(Socket application, Socket accepted, long to) throws Exception {
        while (true) {
            long pause = (long) (-Math.log(1 - random.nextDouble()) / KEYS_PER_SECOND * 1e9);
            if (System.nanoTime() + pause > to) {
                Thread.sleep(Math.max(0, (to - System.nanoTime()) / 1_000_000));
                return;
            }
            Thread.sleep(pause / 1_000_000);
            application.getOutputStream().write('x');
            accepted.getOutputStream().write(accepted.getInputStream().read());
            application.getInputStream().read();
        }
    }

    private static void download(Socket application, Socket accepted, long to) throws Exception {
        Task.start(() -> {
            byte[] data = new byte[16 * 1024];
            try {
                while (System.nanoTime() < to) {
                    accepted.getOutputStream().write(data);
                }
            } catch (IOException e) {
                // The recording has ended.
            }
            return null;
        });
        byte[] buffer = new byte[64 * 1024];
        while (System.nanoTime() < to && application.getInputStream().read(buffer) >= 0) {
            // discarded
        }
    }

    // ---- comparing

    /** Prints the p-values of a run, and returns the smallest one. */
    private static double show(int run, Map<Activity, Map<Feature, double[]>> seen) {
        StringBuilder line = new StringBuilder("run %2d:".formatted(run + 1));
        double least = 1;
        for (Pair pair : Pair.ALL) {
            double smallest = Feature.ALL.stream()
                    .mapToDouble(feature -> pValue(
                            sorted(seen.get(pair.one()).get(feature)),
                            sorted(seen.get(pair.other()).get(feature))))
                    .min()
                    .orElseThrow();
            double corrected = Math.min(1, smallest * Feature.ALL.size());
            line.append("  %s %.2g".formatted(pair, corrected));
            least = Math.min(least, corrected);
        }
        seen.forEach((activity, values) -> line.append("  %s sent %d up, %d down"
                .formatted(activity, values.get(Feature.ALL.get(0)).length, values.get(Feature.ALL.get(2)).length)));
        System.out.println(line);
        return least;
    }

    /** Silence is unlike anything else. */
    private static double pValue(double[] one, double[] other) {
        if (one.length == 0 || other.length == 0) {
            return one.length == other.length ? 1 : 0;
        }
        return KolmogorovSmirnov.pValue(one, other);
    }

    private static double[] sorted(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    private static double[] join(double[] one, double[] other) {
        return DoubleStream.concat(Arrays.stream(one), Arrays.stream(other)).toArray();
    }
}
