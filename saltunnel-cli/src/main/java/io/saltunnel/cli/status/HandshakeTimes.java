package io.saltunnel.cli.status;

import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.LongAdder;

/** How long handshakes took, or parts of them, as a histogram. Any thread. */
final class HandshakeTimes {

    private static final double NANOS_PER_SECOND = 1e9;

    /** The upper bounds of the buckets in seconds, each inclusive. */
    private static final double[] BOUNDS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Double.POSITIVE_INFINITY
    };

    private final LongAdder[] counts = new LongAdder[BOUNDS.length];
    private final LongAdder sumNanos = new LongAdder();

    /** The time of the last one; negative before the first. */
    private volatile long lastNanos = -1;

    HandshakeTimes() {
        Arrays.setAll(counts, i -> new LongAdder());
    }

    void add(long nanos) {
        double seconds = nanos / NANOS_PER_SECOND;
        int bucket = 0;
        while (seconds > BOUNDS[bucket]) {
            bucket++;
        }
        counts[bucket].increment();
        sumNanos.add(nanos);
        lastNanos = nanos;
    }

    static double[] bounds() {
        return BOUNDS.clone();
    }

    /** How many are in each bucket alone. */
    long[] counts() {
        return Arrays.stream(counts).mapToLong(LongAdder::sum).toArray();
    }

    double sumSeconds() {
        return sumNanos.sum() / NANOS_PER_SECOND;
    }

    /** Empty if there was no handshake yet. */
    OptionalDouble lastSeconds() {
        long last = lastNanos;
        return last < 0 ? OptionalDouble.empty() : OptionalDouble.of(last / NANOS_PER_SECOND);
    }

    /** Empty if there was no handshake yet. */
    OptionalDouble meanSeconds() {
        long count = Arrays.stream(counts()).sum();
        return count == 0 ? OptionalDouble.empty() : OptionalDouble.of(sumSeconds() / count);
    }
}
