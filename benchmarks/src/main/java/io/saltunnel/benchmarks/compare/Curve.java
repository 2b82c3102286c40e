package io.saltunnel.benchmarks.compare;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How fast one stream is from its first byte on.
 *
 * @param megabytesPerSecond what the target took in each second of the stream, in MB/s
 * @param firstGigabyte MB/s over the first gigabyte, or over all that was taken, if that was less
 */
record Curve(double[] megabytesPerSecond, double firstGigabyte) {
    private static final long GIGABYTE = 1_000_000_000;
    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * Sends as fast as possible, and reads the target's count once each second. If a write takes longer than a second,
     * its bytes are divided among the seconds that it took.
     *
     * @param connection goes to a sink, and has sent nothing yet
     * @param taken the sink's count
     */
    static Curve measure(SocketChannel connection, AtomicLong taken, int seconds) throws IOException {
        ByteBuffer block = ByteBuffer.allocateDirect(Target.BLOCK_BYTES);
        double[] rates = new double[seconds];
        double gigabyte = 0;
        long start = System.nanoTime();
        long mark = start;
        long before = 0;
        for (int second = 0; second < seconds; ) {
            connection.write(block.clear());
            long now = System.nanoTime();
            long count = taken.get();
            if (gigabyte == 0 && count >= GIGABYTE) {
                gigabyte = rate(count, now - start);
            }
            if (now - start >= (second + 1) * NANOS_PER_SECOND) {
                double rate = rate(count - before, now - mark);
                while (second < seconds && now - start >= (second + 1) * NANOS_PER_SECOND) {
                    rates[second++] = rate;
                }
                mark = now;
                before = count;
            }
        }
        return new Curve(rates, gigabyte == 0 ? rate(taken.get(), System.nanoTime() - start) : gigabyte);
    }

    private static double rate(long bytes, long nanos) {
        return bytes / 1e6 / (nanos / NANOS_PER_SECOND);
    }
}
