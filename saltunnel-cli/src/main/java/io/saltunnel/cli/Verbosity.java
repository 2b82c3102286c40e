package io.saltunnel.cli;

/** The lowest level that is logged on standard error. Chosen once per process; any thread may read it. */
enum Verbosity {
    /** Errors only. */
    QUIET,
    /** Also warnings, and the line that says which address it listens on. */
    NORMAL,
    /** Also every connection, with the time. */
    VERBOSE,
    /** Everything, with stack traces. */
    DEBUG;

    private static volatile Verbosity chosen = NORMAL;

    /** Sets the level of the process. Without effect once a logger exists. */
    static void choose(Verbosity verbosity) {
        chosen = verbosity;
    }

    static Verbosity chosen() {
        return chosen;
    }

    /**
     * Maps the options of the command line.
     *
     * @param timesVerbose how many {@code -v} were given: one is VERBOSE, more are DEBUG
     * @param quiet whether {@code -q} was given; ignored together with {@code -v}
     */
    static Verbosity of(int timesVerbose, boolean quiet) {
        if (timesVerbose > 0) {
            return timesVerbose == 1 ? VERBOSE : DEBUG;
        }
        return quiet ? QUIET : NORMAL;
    }
}
