package io.saltunnel.benchmarks.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Generates the load of one measurement through a port, and counts. */
final class Load {
    private static final AtomicLong NUMBERS = new AtomicLong();
    private static final long DELIVERY_NANOS = Duration.ofSeconds(10).toNanos();

    private final Sinks target;
    private final int port;
    private final long nanos;

    Load(Sinks target, int port, Duration time) {
        this.target = target;
        this.port = port;
        this.nanos = time.toNanos();
    }

    SocketChannel connect(byte wish) throws IOException {
        SocketChannel connection = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
        connection.write(ByteBuffer.wrap(new byte[] {wish}));
        return connection;
    }

    /** Connects to a sink that no other load uses. */
    SocketChannel openSink() throws IOException {
        return openSink(NUMBERS.incrementAndGet());
    }

    private SocketChannel openSink(long number) throws IOException {
        SocketChannel connection = connect(Target.SINK);
        connection.write(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
        return connection;
    }

    /** Sends as fast as possible. The time ends when the target has taken the last byte. */
    double upload() throws IOException {
        long number = NUMBERS.incrementAndGet();
        try (SocketChannel connection = openSink(number)) {
            AtomicLong taken = target.taken(number);
            ByteBuffer block = ByteBuffer.allocateDirect(Target.BLOCK_BYTES);
            long start = System.nanoTime();
            long bytes = 0;
            while (System.nanoTime() - start < nanos) {
                bytes += connection.write(block.clear());
            }
            while (taken.get() < bytes) {
                if (System.nanoTime() - start > nanos + DELIVERY_NANOS) {
                    throw new IOException("the target got " + taken.get() + " of " + bytes + " bytes");
                }
                LockSupport.parkNanos(100_000);
            }
            return megabytes(bytes, start);
        }
    }

    /** Sends as fast as possible for some seconds, whatever this load's time is, and counts in each of them. */
    Curve curve(int seconds) throws IOException {
        long number = NUMBERS.incrementAndGet();
        try (SocketChannel connection = openSink(number)) {
            return Curve.measure(connection, target.taken(number), seconds);
        }
    }

    /** Receives as fast as possible. */
    double download() throws IOException {
        try (SocketChannel connection = connect(Target.SOURCE)) {
            ByteBuffer block = ByteBuffer.allocateDirect(Target.BLOCK_BYTES);
            connection.read(block);
            long start = System.nanoTime();
            long bytes = 0;
            while (System.nanoTime() - start < nanos) {
                int read = connection.read(block.clear());
                if (read < 0) {
                    throw new IOException("the stream ended early");
                }
                bytes += read;
            }
            return megabytes(bytes, start);
        }
    }

    private static double megabytes(long bytes, long start) {
        return bytes / 1e6 / ((System.nanoTime() - start) / 1e9);
    }

    /** The sum over several uploads at once. */
    double uploads(int streams) throws IOException {
        return together(Collections.nCopies(streams, this::upload));
    }

    /** The sum of one upload and one download at once. */
    double duplex() throws IOException {
        return together(List.of(this::upload, this::download));
    }

    /**
     * Connects, has one byte echoed and disconnects, repeatedly on a few threads. A connection counts once its echo has
     * arrived.
     */
    double connections(int threads) throws IOException {
        LongAdder done = new LongAdder();
        long start = System.nanoTime();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        together(Collections.nCopies(threads, () -> {
            ByteBuffer wishAndByte = ByteBuffer.allocateDirect(2).put(0, Target.ECHO);
            ByteBuffer echo = ByteBuffer.allocateDirect(1);
            while (System.nanoTime() - start < nanos) {
                try (SocketChannel connection = SocketChannel.open(address)) {
                    connection.write(wishAndByte.clear());
                    if (connection.read(echo.clear()) != 1) {
                        throw new IOException("no echo");
                    }
                    // Resets instead of waiting in TIME_WAIT, which would use up the ports.
                    connection.setOption(StandardSocketOptions.SO_LINGER, 0);
                }
                done.increment();
            }
            return 0.0;
        }));
        return done.sum() / ((System.nanoTime() - start) / 1e9);
    }

    /** Round trips of one byte on one connection. */
    Echoes echoes() throws IOException {
        try (SocketChannel connection = connect(Target.ECHO)) {
            return Echoes.measure(connection, Duration.ofNanos(nanos));
        }
    }

    /** A measurement during which other measurements run. */
    @FunctionalInterface
    interface Measurement {
        double run() throws IOException;
    }

    private static double together(List<Measurement> measurements) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(measurements.size());
        try {
            List<Future<Double>> results = new ArrayList<>();
            for (Measurement measurement : measurements) {
                results.add(threads.submit(measurement::run));
            }
            double sum = 0;
            for (Future<Double> result : results) {
                sum += result.get();
            }
            return sum;
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            threads.shutdownNow();
        }
    }
}
