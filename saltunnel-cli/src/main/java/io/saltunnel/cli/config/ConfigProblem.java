package io.saltunnel.cli.config;

import java.util.Comparator;

/**
 * Something that is wrong in a configuration file.
 *
 * @param place where
 * @param what what is wrong, and what would be right; one line
 */
public record ConfigProblem(Place place, String what) implements Comparable<ConfigProblem> {

    private static final Comparator<ConfigProblem> ORDER =
            Comparator.comparing(ConfigProblem::place).thenComparing(ConfigProblem::what);

    @Override
    public int compareTo(ConfigProblem other) {
        return ORDER.compare(this, other);
    }

    /** The line for the user. */
    @Override
    public String toString() {
        return place + ": " + what;
    }
}
