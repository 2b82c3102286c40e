package io.saltunnel.cli;

/** The program's entry point. */
public final class Main {

    private Main() {}

    /**
     * Runs a command and ends the process: with 0 when it is done, 1 after an error, 2 if the arguments are invalid.
     *
     * @param arguments the command and its arguments
     */
    public static void main(String[] arguments) {
        int exitCode = Program.commandLine(StandardStreams.ofProcess()).execute(arguments);
        LogQueue.flushStandardError();
        System.exit(exitCode);
    }
}
