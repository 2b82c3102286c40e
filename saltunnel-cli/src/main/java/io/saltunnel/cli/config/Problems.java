package io.saltunnel.cli.config;

import java.util.List;
import java.util.TreeSet;

/** Collects everything that is wrong, so that a user sees all of it at once. One thread. */
public final class Problems {

    private final TreeSet<ConfigProblem> found = new TreeSet<>();
    private final TreeSet<ConfigProblem> warnings = new TreeSet<>();

    /** Begins without problems. */
    public Problems() {}

    /**
     * Adds a problem. An equal problem is kept once: otherwise, a wrong default would be shown for each tunnel.
     *
     * @param place where
     * @param what what is wrong, and what would be right; one line
     */
    public void add(Place place, String what) {
        found.add(new ConfigProblem(place, what));
    }

    /**
     * Adds a warning about something that works, but perhaps not as the user expects.
     *
     * @param place where
     * @param what what it is, and what to do; one line
     */
    public void warn(Place place, String what) {
        warnings.add(new ConfigProblem(place, what));
    }

    /**
     * Whether nothing is wrong.
     *
     * @return true until a problem is added; warnings don't count
     */
    public boolean none() {
        return found.isEmpty();
    }

    /**
     * All problems.
     *
     * @return sorted by file, line and column
     */
    public List<ConfigProblem> all() {
        return List.copyOf(found);
    }

    /**
     * All warnings.
     *
     * @return sorted by file, line and column
     */
    public List<ConfigProblem> warnings() {
        return List.copyOf(warnings);
    }
}
