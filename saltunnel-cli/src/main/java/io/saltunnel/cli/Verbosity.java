package io.saltunnel.cli;

/** How much is logged on standard error. */
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

    /** Has an effect only before the first logger is requested. */
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
