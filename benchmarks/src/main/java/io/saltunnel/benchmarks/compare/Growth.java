package io.saltunnel.benchmarks.compare;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Measures the tunnel's throughput, memory and latency under increasing load. The plain relay and, for the latency,
 * other programs are measured too: what they lose is lost by the machine and the load. {@code benchmarks/growth} starts
 * it and documents the system properties.
 */
public final class Growth {
    private static final int[] STREAMS = {1, 10, 100, 1000};
    private static final int[] CONNECTIONS = {1000, 2000, 3000, 4000, 5000};
    private static final int CONNECTING_THREADS = 8;
    private static final int BACKGROUND_ECHOES = 20_000;
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("compare.seconds", 5));
    private static final Duration SETTLING = Duration.ofSeconds(Integer.getInteger("compare.settling", 6));
    private static final int ROUNDS = Integer.getInteger("compare.rounds", 3);

    /** Long enough that the slowest thousandth isn't just one bad moment of the machine. */
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
     * Runs the measurements that the system properties select.
     *
     * @param args none
     * @throws IOException if the tunnel doesn't work
     * @throws InterruptedException if interrupted
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
            String release = String.valueOf(Runtime.version().feature());
            Subject saltunnel = Subject.saltunnel(Ports.free(), target.port(), launcher, java, release, directory);
            System.out.println(relay.name());
            try (Running running = new Running(relay, directory)) {
                new Growth(target, relay, running).throughput();
            }
            System.out.println("saltunnel");
            try (Running running = new Running(saltunnel, directory, Pauses.option(directory))) {
                Growth growth = new Growth(target, saltunnel, running);
                Pauses pauses = new Pauses(directory, running.pids());
                growth.memory(pauses);
                growth.throughput();
                pauses.print("under full load");
            }
            System.out.printf("an echo beside %,d a second%n", BACKGROUND_ECHOES);
            List<Subject> subjects = Stream.of(
                            relay,
                            Subject.haproxy(Ports.free(), target.port(), directory),
                            Subject.spiped(Ports.free(), target.port(), directory),
                            saltunnel)
                    .filter(Subject::isInstalled)
                    .toList();
            for (int round = 0; round < ROUNDS; round++) {
                for (Subject subject : subjects) {
                    try (Running running = new Running(subject, directory, Pauses.option(directory))) {
                        new Growth(target, subject, running).latency();
                        if (subject.equals(saltunnel)) {
                            new Pauses(directory, running.pids()).print("from the start on");
                        }
                    }
                }
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
        // Classes loaded and compiled for the first connections aren't a cost of each one.
        load(TIME).connections(CONNECTING_THREADS);
        List<Long> before = running.residentKb();
        System.out.printf("after %d s of connections: %s MB resident%n", TIME.toSeconds(), running.residentMb());
        pauses.print("meanwhile");
        List<SocketChannel> open = new ArrayList<>();
        try (Bystander bystander = new Bystander()) {
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
            bystander.print();
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
        try (Bystander bystander = new Bystander()) {
            for (int number : STREAMS) {
                streams.measure(number);
            }
            bystander.print();
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
                    "%s: p50 %.0f µs, p99 %.0f µs, p99.9 %.0f µs; "
                            + "%,.0f echoes/s beside it, both processes used %.0f %% of a processor%n",
                    subject.name(),
                    echoes.micros(0.5),
                    echoes.micros(0.99),
                    echoes.micros(0.999),
                    (background.echoes() - echoesBefore) * 1e9 / nanos,
                    (running.processorNanos() - processorBefore) * 100 / nanos);
        }
    }
}
