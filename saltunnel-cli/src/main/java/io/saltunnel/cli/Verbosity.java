package io.saltunnel.cli;

/** How much is said on standard error. */
enum Verbosity {
    /** Errors only. */
    QUIET,
    /** What listens where, warnings, errors. */
    NORMAL,
    /** Besides: every connection, with the time. */
    VERBOSE,
    /** Everything, with stack traces. */
    DEBUG;

    private static volatile Verbosity chosen = NORMAL;

    /** Takes effect when the first logger is asked for; later is too late. */
    static void choose(Verbosity verbosity) {
        chosen = verbosity;
    }

    static Verbosity chosen() {
        return chosen;
    }

    static Verbosity of(int timesVerbose, boolean quiet) {
        if (timesVerbose > 0) {
            return timesVerbose == 1 ? VERBOSE : DEBUG;
        }
        return quiet ? QUIET : NORMAL;
    }
}
