package io.saltunnel.cli.status;

import java.util.ArrayList;
import java.util.List;

/** The bytes a second of one tunnel, for the last five minutes. One thread. */
final class Throughput {

    /** The time between two points. */
    static final int PERIOD_SECONDS = 2;

    /** The most points that are kept. */
    static final int POINTS = 150;

    /**
     * One period.
     *
     * @param sent bytes of plaintext a second towards the other end of the tunnel
     * @param received the same from there
     */
    record Point(long sent, long received) {}

    private final Point[] points = new Point[POINTS];
    private int count;
    private int next;
    private long sentBefore;
    private long receivedBefore;

    /**
     * Begins with the sums so far, which belong to no point.
     *
     * @param sent bytes since the tunnel's start
     * @param received the same
     */
    Throughput(long sent, long received) {
        sentBefore = sent;
        receivedBefore = received;
    }

    /** A period has passed. Sums that are less than before are those of a new tunnel. */
    void add(long sent, long received) {
        points[next] = new Point(perSecond(sent, sentBefore), perSecond(received, receivedBefore));
        next = (next + 1) % POINTS;
        count = Math.min(POINTS, count + 1);
        sentBefore = sent;
        receivedBefore = received;
    }

    private static long perSecond(long sum, long before) {
        return (sum < before ? sum : sum - before) / PERIOD_SECONDS;
    }

    /** Up to this number of points, the newest last. */
    List<Point> last(int most) {
        int wanted = Math.min(most, count);
        List<Point> last = new ArrayList<>(wanted);
        for (int i = wanted; i > 0; i--) {
            last.add(points[Math.floorMod(next - i, POINTS)]);
        }
        return last;
    }
}
