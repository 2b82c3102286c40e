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

    static Verbosity of(int timesVerbose, boolean quiet) {
        if (timesVerbose > 0) {
            return timesVerbose == 1 ? VERBOSE : DEBUG;
        }
        return quiet ? QUIET : NORMAL;
    }
}
