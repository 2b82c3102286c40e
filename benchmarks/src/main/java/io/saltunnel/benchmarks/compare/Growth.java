package io.saltunnel.benchmarks.compare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What becomes of the tunnel's throughput, memory and latency as it gets more to do. Started by {@code benchmarks/growth}, which says what
 * the system properties mean.
 */
public final class Growth {
    private static final int[] STREAMS = {1, 10, 100, 1000};
    private static final int[] CONNECTIONS = {1000, 2000, 3000, 4000, 5000};
    private static final int CONNECTING_THREADS = 8;
    private static final int BACKGROUND_CONNECTIONS = 10;
    private static final int BACKGROUND_ECHOES = 20_000;
    private static final int MAX_ECHOES = 1_000_000;
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("compare.seconds", 5));
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("compare.warmup", 10));
    private static final Pattern PAUSE = Pattern.compile("Pause.* ([0-9.]+)ms$");

    private final LoopTarget target;
    private final Subject subject;
    private final Running running;
    private volatile boolean stopped;

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
        Path java = Path.of(System.getProperty("compare.java", System.getProperty("java.home")));
        Path launcher = Path.of(System.getProperty("compare.launcher"));
        try (LoopTarget target = new LoopTarget()) {
            Subject subject =
                    Subject.saltunnel(Ports.free(), target.port(), launcher, java, java.toString(), directory);
            System.out.println("Java: " + java + "; collections are logged to " + directory);
            try (Running running = new Running(subject, directory, "-Xlog:gc:file=" + directory + "/gc-%p.log")) {
                Growth growth = new Growth(target, subject, running);
                growth.memory();
                growth.throughput();
                growth.latency();
            }
            pauses(directory);
        }
        System.exit(0); // threads may hang in a read
    }

    // ---- memory

    private void memory() throws IOException, InterruptedException {
        List<SocketChannel> open = new ArrayList<>();
        Load load = new Load(target, subject.entry(), TIME);
        System.out.printf("idle processes: %s MB resident%n", megabytes(running.settledResidentKb()));
        // What is loaded and compiled for the first connections isn't the price of each.
        load.connections(CONNECTING_THREADS);
        List<Long> before = running.residentKb();
        System.out.printf("after %d s of connections: %s MB resident%n", TIME.toSeconds(), megabytes(before));
        try {
            for (int wanted : CONNECTIONS) {
                while (open.size() < wanted) {
                    SocketChannel connection = load.connect(Target.ECHO);
                    open.add(connection);
                    echo(connection);
                }
                List<Long> now = running.residentKb();
                System.out.printf("%,d connections: %s MB resident,", wanted, megabytes(now));
                for (int i = 0; i < now.size(); i++) {
                    System.out.printf(" %.1f", (now.get(i) - before.get(i)) / (double) wanted);
                }
                System.out.println(" KB each");
            }
            for (SocketChannel connection : open) {
                echo(connection);
            }
            System.out.printf("all %,d answer again%n", open.size());
        } finally {
            for (SocketChannel connection : open) {
                connection.close();
            }
        }
    }

    private static String megabytes(List<Long> kilobytes) {
        return kilobytes.stream()
                .map(size -> String.format("%.0f", size / 1024.0))
                .toList()
                .toString();
    }

    private static void echo(SocketChannel connection) throws IOException {
        ByteBuffer one = ByteBuffer.allocateDirect(1);
        connection.write(one);
        if (connection.read(one.clear()) != 1) {
            throw new IOException("no echo");
        }
    }

    // ---- throughput

    private void throughput() throws IOException, InterruptedException {
        new Load(target, subject.entry(), WARM_UP).upload();
        for (int streams : STREAMS) {
            stopped = false;
            List<Thread> threads = List.of(start("uploads", () -> upload(streams)));
            TimeUnit.SECONDS.sleep(2);
            long bytes = target.takenInAll();
            long start = System.nanoTime();
            TimeUnit.NANOSECONDS.sleep(TIME.toNanos());
            double rate = (target.takenInAll() - bytes) / 1e6 / ((System.nanoTime() - start) / 1e9);
            System.out.printf(
                    "%,d streams: %,.0f MB/s, %s MB resident%n", streams, rate, megabytes(running.residentKb()));
            stop(threads);
        }
    }

    /** Sends on so many connections at once, from one thread, as much as each of them takes. */
    private void upload(int streams) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(Target.BLOCK_BYTES);
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < streams; i++) {
                SocketChannel connection = new Load(target, subject.entry(), TIME).openSink();
                connection.configureBlocking(false);
                connection.register(selector, SelectionKey.OP_WRITE);
            }
            while (!stopped) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    ((SocketChannel) key.channel()).write(block.clear());
                }
                selector.selectedKeys().clear();
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        }
    }

    // ---- latency

    private void latency() throws IOException, InterruptedException {
        stopped = false;
        AtomicLong echoes = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < BACKGROUND_CONNECTIONS; i++) {
            threads.add(start("background", () -> background(echoes)));
        }
        try (SocketChannel connection = new Load(target, subject.entry(), TIME).connect(Target.ECHO)) {
            echoTimes(connection, WARM_UP);
            long before = echoes.get();
            long start = System.nanoTime();
            long[] times = echoTimes(connection, TIME);
            double rate = (echoes.get() - before) / ((System.nanoTime() - start) / 1e9);
            System.out.printf(
                    "beside %,.0f echoes/s: p50 %.0f µs, p99 %.0f µs, p99.9 %.0f µs%n",
                    rate, at(times, 0.5), at(times, 0.99), at(times, 0.999));
        }
        stop(threads);
    }

    private static double at(long[] sorted, double share) {
        return sorted[(int) (sorted.length * share)] / 1e3;
    }

    private void background(AtomicLong echoes) throws IOException {
        long pause = TimeUnit.SECONDS.toNanos(1) * BACKGROUND_CONNECTIONS / BACKGROUND_ECHOES;
        try (SocketChannel connection = new Load(target, subject.entry(), TIME).connect(Target.ECHO)) {
            for (long due = System.nanoTime(); !stopped; due += pause) {
                LockSupport.parkNanos(due - System.nanoTime());
                echo(connection);
                echoes.incrementAndGet();
            }
        }
    }

    private static long[] echoTimes(SocketChannel connection, Duration time) throws IOException {
        long[] times = new long[MAX_ECHOES];
        int count = 0;
        long start = System.nanoTime();
        for (long now = start; now - start < time.toNanos() && count < MAX_ECHOES; count++) {
            echo(connection);
            long then = System.nanoTime();
            times[count] = then - now;
            now = then;
        }
        long[] sorted = Arrays.copyOf(times, count);
        Arrays.sort(sorted);
        return sorted;
    }

    // ---- collections

    private static void pauses(Path directory) throws IOException {
        try (Stream<Path> logs = Files.list(directory)) {
            for (Path log : logs.filter(file -> file.getFileName().toString().startsWith("gc-"))
                    .toList()) {
                int count = 0;
                double longest = 0;
                for (String line : Files.readAllLines(log)) {
                    Matcher pause = PAUSE.matcher(line);
                    if (pause.find()) {
                        count++;
                        longest = Math.max(longest, Double.parseDouble(pause.group(1)));
                    }
                }
                System.out.printf("%s: %d collections, the longest pause %.1f ms%n", log.getFileName(), count, longest);
            }
        }
    }

    // ---- threads

    /** What a thread does until it is stopped. */
    private interface Work {
        void run() throws IOException;
    }

    private static Thread start(String name, Work work) {
        Thread thread = new Thread(
                null,
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        System.err.println(name + " failed: " + e);
                    }
                },
                name,
                128 * 1024);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void stop(List<Thread> threads) throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
