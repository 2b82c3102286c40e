package io.saltunnel.benchmarks.compare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;

/** Measures how long a byte takes to the target and back, one after another on one connection. */
final class Echoes {
    private static final int MAX = 2_000_000;

    private final long[] sortedNanos;

    private Echoes(long[] sortedNanos) {
        this.sortedNanos = sortedNanos;
    }

    /** Measures for a given time. */
    static Echoes measure(SocketChannel connection, Duration time) throws IOException {
        ByteBuffer one = ByteBuffer.allocateDirect(1);
        long[] nanos = new long[MAX];
        int count = 0;
        long start = System.nanoTime();
        for (long now = start; now - start < time.toNanos() && count < MAX; count++) {
            echo(connection, one);
            long then = System.nanoTime();
            nanos[count] = then - now;
            now = then;
        }
        Arrays.sort(nanos, 0, count);
        return new Echoes(Arrays.copyOf(nanos, count));
    }

    /** Sends a single byte, and waits for its echo. */
    static void once(SocketChannel connection) throws IOException {
        echo(connection, ByteBuffer.allocateDirect(1));
    }

    private static void echo(SocketChannel connection, ByteBuffer one) throws IOException {
        connection.write(one.clear());
        if (connection.read(one.clear()) != 1) {
            throw new IOException("no echo");
        }
    }

    /** The time in microseconds within which a given share of the echoes arrived. */
    double micros(double share) {
        return sortedNanos[(int) (sortedNanos.length * share)] / 1e3;
    }
}
