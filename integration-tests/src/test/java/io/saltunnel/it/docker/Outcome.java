package io.saltunnel.it.docker;

/**
 * The result of a command in a container.
 *
 * @param exitCode 124 if it took too long and was ended
 */
record Outcome(String command, int exitCode, String output, String errors) {

    boolean succeeded() {
        return exitCode == 0;
    }

    /**
     * Its standard output without surrounding white space. Throws AssertionError, with all its output, unless it ended
     * with 0.
     */
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
