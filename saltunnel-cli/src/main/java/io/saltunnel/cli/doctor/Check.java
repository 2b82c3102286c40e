package io.saltunnel.cli.doctor;

/** A named check. */
public final class Check {

    /** The work of a check. */
    @FunctionalInterface
    public interface Look {
        /** Returns what was found; an exception counts as a failure. */
        Finding look() throws Exception;
    }

    private final String name;
    private final Look look;
    private final String ifItBreaks;

    /**
     * Names a check.
     *
     * @param ifItBreaks what to do if {@code look} throws
     */
    public Check(String name, Look look, String ifItBreaks) {
        this.name = name;
        this.look = look;
        this.ifItBreaks = ifItBreaks;
    }

    /** A few words. */
    public String name() {
        return name;
    }

    /** Runs the check. Throws only errors of the virtual machine. */
    public Finding run() {
        try {
            return look.look();
        } catch (Exception | LinkageError e) {
            return Finding.failed("the check could not be made: " + e, ifItBreaks);
        }
    }
}
