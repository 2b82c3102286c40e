package io.saltunnel.cli.doctor;

/** One line of the report of {@code saltunnel doctor}: its name, and the code that finds out. Immutable. */
public final class Check {

    /** Examines this machine or this program once; may block. */
    @FunctionalInterface
    public interface Look {
        /** Returns the finding. An exception is reported as a failed check. */
        Finding look() throws Exception;
    }

    private final String name;
    private final Look look;
    private final String ifItBreaks;

    /**
     * Names a check.
     *
     * @param name a few words, unique in the report
     * @param look runs at each {@link #run}
     * @param ifItBreaks the advice that is printed if {@code look} throws
     */
    public Check(String name, Look look, String ifItBreaks) {
        this.name = name;
        this.look = look;
        this.ifItBreaks = ifItBreaks;
    }

    /** Returns the name as the report shows it. */
    public String name() {
        return name;
    }

    /** Runs the check. An exception or a {@link LinkageError} becomes a failed finding; other errors are thrown. */
    public Finding run() {
        try {
            return look.look();
        } catch (Exception | LinkageError e) {
            return Finding.failed("the check could not be made: " + e, ifItBreaks);
        }
    }
}
