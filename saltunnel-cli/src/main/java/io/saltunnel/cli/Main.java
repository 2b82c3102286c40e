package io.saltunnel.cli;

/** The program's entry point. */
public final class Main {

    private static final String LIBRARY_PATH = "jna.platform.library.path";

    private Main() {}

    /**
     * Runs a command and ends the process: with 0 when it is done, 1 after an error, 2 if the arguments are invalid.
     *
     * @param arguments the command and its arguments
     */
    public static void main(String[] arguments) {
        if (ProgramVersion.isRequested(arguments)) {
            System.out.println(ProgramVersion.text());
            System.exit(0);
        }
        preventSearchForLibraries();
        int exitCode =
                Program.commandLine(StandardStreams.ofProcess(), arguments).execute(arguments);
        LogQueue.flushStandardError();
        System.exit(exitCode);
    }

    /** Otherwise JNA runs {@code ldconfig} to find libraries. It is used for the C library only, which needs no search. */
    private static void preventSearchForLibraries() {
        if (System.getProperty(LIBRARY_PATH) == null) {
            System.setProperty(LIBRARY_PATH, "");
        }
    }
}
