package io.saltunnel.testsupport.observer;

/** The two-sample Kolmogorov–Smirnov test: whether two samples may well come from one distribution. */
public final class KolmogorovSmirnov {
    /** Below this, the series converges slowly, and its sum is 1. */
    private static final double MIN_LAMBDA = 0.2;

    private static final int TERMS = 100;

    private KolmogorovSmirnov() {}

    /**
     * How often chance alone would make two samples of one distribution differ as much: the asymptotic p-value.
     *
     * @param one sorted, not empty
     * @param other sorted, not empty
     */
    public static double pValue(double[] one, double[] other) {
        double size = Math.sqrt((double) one.length * other.length / (one.length + other.length));
        double lambda = (size + 0.12 + 0.11 / size) * distance(one, other);
        if (lambda < MIN_LAMBDA) {
            return 1;
        }
        double sum = 0;
        for (int k = 1; k <= TERMS; k++) {
            sum += (k % 2 == 1 ? 2 : -2) * Math.exp(-2.0 * k * k * lambda * lambda);
        }
        return Math.max(0, Math.min(1, sum));
    }

    /** The largest distance between the samples' distribution functions, from 0 to 1; for sorted samples. */
    public static double distance(double[] one, double[] other) {
        double distance = 0;
        int i = 0;
        int j = 0;
        while (i < one.length && j < other.length) {
            double value = Math.min(one[i], other[j]);
            while (i < one.length && one[i] <= value) {
                i++;
            }
            while (j < other.length && other[j] <= value) {
                j++;
            }
            distance = Math.max(distance, Math.abs((double) i / one.length - (double) j / other.length));
        }
        return distance;
    }
}
