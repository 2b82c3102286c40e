package io.saltunnel.it.docker;

/**
 * How a command in a container ended.
 *
 * @param exitCode 124 if it was ended for taking too long
 */
record Outcome(String command, int exitCode, String output, String errors) {

    boolean succeeded() {
        return exitCode == 0;
    }

    /** What it printed, without white space around. Throws AssertionError, with all it said, unless it ended with 0. */
    String text() {
        if (!succeeded()) {
            throw new AssertionError(toString());
        }
        return output.strip();
    }

    @Override
    public String toString() {
        return "`%s` ended with %d%n--- output:%n%s%n--- errors:%n%s".formatted(command, exitCode, output, errors);
    }
}
