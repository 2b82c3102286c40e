package io.saltunnel.benchmarks.compare;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What becomes of the tunnel's throughput, memory and latency as it gets more to do, and of the plain relay's in the
 * same place: what that loses, the machine and the load lose. Started by {@code benchmarks/growth}, which says what the
 * system properties mean.
 */
public final class Growth {
    private static final int[] STREAMS = {1, 10, 100, 1000};
    private static final int[] CONNECTIONS = {1000, 2000, 3000, 4000, 5000};
    private static final int CONNECTING_THREADS = 8;
    private static final int BACKGROUND_ECHOES = 20_000;
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("compare.seconds", 5));
    private static final Duration SETTLING = Duration.ofSeconds(Integer.getInteger("compare.settling", 6));

    /** Long enough for the slowest thousandth to be more than one bad moment of the machine's. */
    private static final Duration ECHO_TIME = TIME.multipliedBy(3);

    private final LoopTarget target;
    private final Subject subject;
    private final Running running;

    private Growth(LoopTarget target, Subject subject, Running running) {
        this.target = target;
        this.subject = subject;
        this.running = running;
    }

    /**
     * Measures.
     *
     * @param args none
     * @throws IOException if the tunnel doesn't do its work
     * @throws InterruptedException if told to stop
     */
    public static void main(String... args) throws IOException, InterruptedException {
        Locale.setDefault(Locale.ROOT);
        Path directory = Files.createTempDirectory("saltunnel-growth-");
        Path java = Path.of(System.getProperty("java.home"));
        Path launcher = Path.of(System.getProperty("compare.launcher"));
        try (LoopTarget target = new LoopTarget()) {
            System.out.println("Java: " + java + "; collections are logged to " + directory);
            Machine.print(ECHO_TIME);
            Subject relay = Subject.plainNetty(Ports.free(), target.port(), java);
            System.out.println(relay.name());
            try (Running running = new Running(relay, directory)) {
                Growth growth = new Growth(target, relay, running);
                growth.throughput();
                growth.latency();
            }
            Subject saltunnel =
                    Subject.saltunnel(Ports.free(), target.port(), launcher, java, java.toString(), directory);
            System.out.println("saltunnel");
            try (Running running = new Running(saltunnel, directory, Pauses.option(directory))) {
                Growth growth = new Growth(target, saltunnel, running);
                Pauses pauses = new Pauses(directory, running.pids());
                growth.memory(pauses);
                growth.throughput();
                pauses.print("under full load");
                growth.latency();
                pauses.print("meanwhile");
            }
        }
        System.exit(0); // threads may hang in a read
    }

    private Load load(Duration time) {
        return new Load(target, subject.entry(), time);
    }

    // ---- memory

    private void memory(Pauses pauses) throws IOException, InterruptedException {
        System.out.printf("idle processes: %s MB resident%n", running.settledResidentMb());
        pauses.print("at the start");
        // What is loaded and compiled for the first connections isn't the price of each.
        load(TIME).connections(CONNECTING_THREADS);
        List<Long> before = running.residentKb();
        System.out.printf("after %d s of connections: %s MB resident%n", TIME.toSeconds(), running.residentMb());
        pauses.print("meanwhile");
        List<SocketChannel> open = new ArrayList<>();
        try {
            for (int wanted : CONNECTIONS) {
                while (open.size() < wanted) {
                    SocketChannel connection = load(TIME).connect(Target.ECHO);
                    open.add(connection);
                    Echoes.once(connection);
                }
                List<Long> now = running.residentKb();
                System.out.printf("%,d connections: %s MB resident,", wanted, running.residentMb());
                for (int i = 0; i < now.size(); i++) {
                    System.out.printf(" %.1f", (now.get(i) - before.get(i)) / (double) wanted);
                }
                System.out.println(" KB each");
            }
            pauses.print("while they were opened");
            for (SocketChannel connection : open) {
                Echoes.once(connection);
            }
            System.out.printf("all %,d answer again%n", open.size());
        } finally {
            for (SocketChannel connection : open) {
                connection.close();
            }
        }
    }

    // ---- throughput

    private void throughput() throws IOException, InterruptedException {
        Streams streams = new Streams(target, subject, running, SETTLING, TIME);
        for (int number : STREAMS) {
            streams.measure(number);
        }
    }

    // ---- latency

    private void latency() throws IOException, InterruptedException {
        try (EchoBackground background = new EchoBackground(load(TIME), BACKGROUND_ECHOES);
                SocketChannel connection = load(TIME).connect(Target.ECHO)) {
            Echoes.measure(connection, SETTLING.multipliedBy(2));
            long echoesBefore = background.echoes();
            long processorBefore = running.processorNanos();
            long start = System.nanoTime();
            Echoes echoes = Echoes.measure(connection, ECHO_TIME);
            double nanos = System.nanoTime() - start;
            System.out.printf(
                    "beside %,.0f echoes/s: p50 %.0f µs, p99 %.0f µs, p99.9 %.0f µs; "
                            + "both processes used %.0f %% of a processor%n",
                    (background.echoes() - echoesBefore) * 1e9 / nanos,
                    echoes.micros(0.5),
                    echoes.micros(0.99),
                    echoes.micros(0.999),
                    (running.processorNanos() - processorBefore) * 100 / nanos);
        }
    }
}
