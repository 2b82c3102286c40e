package io.saltunnel.testsupport.observer;

import java.util.stream.IntStream;

/** A classifier that takes an observation for one of the same kind as the observation most like it. */
public final class NearestNeighbour {

    private NearestNeighbour() {}

    /**
     * The share of observations whose nearest neighbour is of the same kind.
     *
     * @param seen for each kind, for each observation, its numbers, as many for all
     * @return from 0 to 1; one divided by the number of kinds is chance
     */
    public static double shareRecognized(int[][][] seen) {
        int observations = 0;
        int recognized = 0;
        for (int kind = 0; kind < seen.length; kind++) {
            for (int i = 0; i < seen[kind].length; i++) {
                observations++;
                recognized += kindOfNearest(seen, seen[kind][i]) == kind ? 1 : 0;
            }
        }
        return (double) recognized / observations;
    }

    /** The kind of the observation, other than this one, with the least sum of differences. */
    private static int kindOfNearest(int[][][] seen, int[] observation) {
        int nearest = -1;
        long least = Long.MAX_VALUE;
        for (int kind = 0; kind < seen.length; kind++) {
            for (int[] other : seen[kind]) {
                long distance = distance(other, observation);
                if (other != observation && distance < least) {
                    least = distance;
                    nearest = kind;
                }
            }
        }
        return nearest;
    }

    private static long distance(int[] one, int[] other) {
        return IntStream.range(0, one.length)
                .mapToLong(i -> Math.abs((long) one[i] - other[i]))
                .sum();
    }
}
