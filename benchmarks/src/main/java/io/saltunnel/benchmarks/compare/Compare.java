package io.saltunnel.benchmarks.compare;

import io.saltunnel.benchmarks.compare.Result.Figure;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs the tunnel and its peers in turn for several rounds, and writes tables of medians and ratios, and charts.
 * {@code benchmarks/compare} starts it and documents the system properties.
 */
public final class Compare {
    private static final int STREAMS = 8;
    private static final int CONNECTING_THREADS = 8;
    private static final int IDLE_CONNECTIONS = 1000;
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("compare.warmup", 5));
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("compare.seconds", 3));

    private final Path directory;
    private final Target target;
    private final String only = System.getProperty("compare.only", "");
    private final Set<String> figures = Arrays.stream(
                    System.getProperty("compare.figures", "").split(","))
            .filter(name -> !name.isBlank())
            .map(name -> name.strip().toUpperCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    private final String before = System.getProperty("compare.before", "");
    private final String distribution = System.getProperty("compare.distribution", "");
    private final List<String> protocols = Arrays.stream(
                    System.getProperty("compare.protocols", "").split(":"))
            .filter(protocol -> !protocol.isBlank())
            .toList();
    private final List<Result> results = new ArrayList<>();

    private Compare(Path directory, Target target) {
        this.directory = directory;
        this.target = target;
    }

    /**
     * Runs the comparison that the system properties describe.
     *
     * @param args none
     * @throws IOException if an installed program doesn't work
     * @throws InterruptedException if interrupted
     */
    public static void main(String... args) throws IOException, InterruptedException {
        Locale.setDefault(Locale.ROOT);
        Path directory = Files.createTempDirectory("saltunnel-compare-");
        try (Target target = new Target()) {
            Compare compare = new Compare(directory, target);
            compare.prepare();
            int rounds = Integer.getInteger("compare.rounds", 3);
            for (int round = 1; round <= rounds; round++) {
                for (Result result : compare.results) {
                    System.err.println("round " + round + " of " + rounds + ": "
                            + result.subject().name());
                    compare.measure(result, round == 1);
                }
            }
            new Report(compare.results, rounds, TIME).write();
        }
        System.exit(0); // the target's threads may hang in a write
    }

    private void prepare() throws IOException {
        int port = target.port();
        Path launcher = Path.of(System.getProperty("compare.launcher"));
        add(Subject.direct(port));
        add(Subject.socat(Ports.free(), port));
        add(Subject.haproxy(Ports.free(), port, directory));
        String[] javas = System.getProperty("compare.javas", System.getProperty("java.home"))
                .split(":");
        for (String java : javas) {
            Path home = Path.of(java);
            if (java.equals(javas[0])) {
                add(Subject.plainNetty(Ports.free(), port, home));
            }
            if (protocols.isEmpty()) {
                add(Subject.saltunnel(Ports.free(), port, launcher, home, release(home), directory));
            }
            if (!before.isBlank()) {
                add(Subject.saltunnelBefore(Ports.free(), port, Path.of(before), home, release(home), directory));
            }
            if (!distribution.isBlank() && java.equals(javas[0])) {
                add(Subject.saltunnelDistribution(Ports.free(), port, Path.of(distribution), home, directory));
            }
            for (String protocol : protocols) {
                add(Subject.saltunnelOfProtocol(
                        Ports.free(), port, launcher, home, release(home), protocol, directory));
            }
        }
        add(Subject.spiped(Ports.free(), port, directory));
        add(Subject.stunnel(Ports.free(), port, "TLS_AES_128_GCM_SHA256", directory));
        add(Subject.stunnel(Ports.free(), port, "TLS_CHACHA20_POLY1305_SHA256", directory));
    }

    private void add(Subject subject) {
        boolean meant = only.isEmpty() || List.of(only.split(",")).stream().anyMatch(subject.name()::contains);
        if (meant && subject.isInstalled()) {
            results.add(new Result(subject));
        }
    }

    private static String release(Path javaHome) throws IOException {
        Properties release = new Properties();
        try (var in = Files.newInputStream(javaHome.resolve("release"))) {
            release.load(in);
        }
        return release.getProperty("JAVA_VERSION").replace("\"", "").split("[.+]")[0];
    }

    private void measure(Result result, boolean memoryToo) throws IOException, InterruptedException {
        cold(result);
        warm(result, memoryToo);
    }

    private void cold(Result result) throws IOException, InterruptedException {
        Cold cold = new Cold(target, directory);
        if (wanted(Figure.FIRST_SECOND, Figure.THIRD_SECOND, Figure.FIRST_GIGABYTE)) {
            cold.stream(result);
        }
        if (wanted(Figure.SECOND_SECOND_CONNECTIONS)) {
            cold.connections(result, CONNECTING_THREADS);
        }
        if (wanted(Figure.EARLY_P99)) {
            cold.echoes(result);
        }
    }

    private void warm(Result result, boolean memoryToo) throws IOException, InterruptedException {
        int port = result.subject().entry();
        try (Running running = new Running(result.subject(), directory)) {
            boolean memory = memoryToo && result.subject().secure() && wanted(Figure.IDLE, Figure.EACH);
            if (memory) {
                result.add(Figure.IDLE, max(running.settledResidentKb()) / 1024.0);
            }
            Load load = new Load(target, port, TIME);
            if (wanted(Figure.UP, Figure.DOWN, Figure.DUPLEX, Figure.EIGHT)) {
                Load warmUp = new Load(target, port, WARM_UP);
                warmUp.upload();
                warmUp.download();
                result.add(Figure.UP, load.upload());
                result.add(Figure.DOWN, load.download());
                result.add(Figure.DUPLEX, load.duplex());
                result.add(Figure.EIGHT, load.uploads(STREAMS));
            }
            if (memory || wanted(Figure.CONNECTIONS, Figure.CPU)) {
                // A connection passes through much code, all of which has to be compiled.
                new Load(target, port, WARM_UP.multipliedBy(5)).connections(CONNECTING_THREADS);
            }
            if (wanted(Figure.CONNECTIONS, Figure.CPU)) {
                connections(result, load, running);
            }
            if (wanted(Figure.P50, Figure.P99, Figure.P999)) {
                new Load(target, port, WARM_UP).echoes();
                Echoes echoes = load.echoes();
                result.add(Figure.P50, echoes.micros(0.5));
                result.add(Figure.P99, echoes.micros(0.99));
                result.add(Figure.P999, echoes.micros(0.999));
            }
            if (memory) {
                result.add(Figure.EACH, eachIdle(load, running));
            }
        }
    }

    /** Measures connections and, of programs that encrypt, what each costs the server: peers in clear text may fork. */
    private static void connections(Result result, Load load, Running running) throws IOException {
        boolean secure = result.subject().secure();
        long nanosBefore = secure ? running.serverNanos() : 0;
        long start = System.nanoTime();
        double perSecond = load.connections(CONNECTING_THREADS);
        double connections = perSecond * (System.nanoTime() - start) / 1e9;
        result.add(Figure.CONNECTIONS, perSecond);
        if (secure) {
            result.add(Figure.CPU, (running.serverNanos() - nanosBefore) / 1e3 / connections);
        }
    }

    /** Whether the run measures any of these. */
    private boolean wanted(Figure... figures) {
        return this.figures.isEmpty()
                || Arrays.stream(figures).anyMatch(figure -> this.figures.contains(figure.name()));
    }

    /** The KB that each of many idle connections adds to the larger of the two processes. */
    private static double eachIdle(Load load, Running running) throws IOException, InterruptedException {
        List<Long> before = running.settledResidentKb();
        List<SocketChannel> connections = new ArrayList<>();
        try {
            for (int i = 0; i < IDLE_CONNECTIONS; i++) {
                SocketChannel connection = load.connect(Target.ECHO);
                connections.add(connection);
                Echoes.once(connection);
            }
            List<Long> added = running.residentKb();
            for (int i = 0; i < added.size(); i++) {
                added.set(i, added.get(i) - before.get(i));
            }
            return max(added) / IDLE_CONNECTIONS;
        } finally {
            for (SocketChannel connection : connections) {
                connection.close();
            }
        }
    }

    private static double max(List<Long> sizes) {
        return sizes.stream().mapToLong(size -> size).max().orElse(0);
    }
}
