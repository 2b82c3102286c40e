package io.saltunnel.cli.top;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;

/** The last rates of a tunnel as a chart of one line, in ASCII for any terminal. One thread. */
final class RecentRates {

    /** A column for each rate. */
    static final int COLUMNS = 30;

    private static final String LEVELS = " .:-=+*#";

    private final Deque<Double> rates = new ArrayDeque<>();

    void add(double rate) {
        rates.addLast(rate);
        if (rates.size() > COLUMNS) {
            rates.removeFirst();
        }
    }

    /** The newest rate last; the highest of them has the highest level. */
    String chart() {
        double top = rates.isEmpty() ? 0 : Collections.max(rates);
        StringBuilder chart = new StringBuilder();
        for (double rate : rates) {
            int level = top == 0 ? 0 : (int) Math.ceil(rate / top * (LEVELS.length() - 1));
            chart.append(LEVELS.charAt(level));
        }
        return chart.toString();
    }
}
