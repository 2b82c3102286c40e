package io.saltunnel.cli.doctor;

/**
 * The result of a check.
 *
 * @param verdict the severity
 * @param text what was found, and what to do unless all is well
 */
public record Finding(Verdict verdict, String text) {

    /** What to do about a program that computes wrongly. */
    static final String DO_NOT_USE = "do not use this program on this machine: try another Java, then reinstall";

    /** The severity of a finding. The label begins its line. */
    public enum Verdict {
        /** Nothing to do. */
        OK("ok"),
        /** It works, and something could be better. */
        ADVICE("to do"),
        /** It can't work, or must not be used, before something is done. */
        FAILED("FAILED");

        private final String label;

        Verdict(String label) {
            this.label = label;
        }
    }

    /** All is well. */
    public static Finding ok(String found) {
        return new Finding(Verdict.OK, found);
    }

    /** It works, but not as well as it could. */
    public static Finding advice(String found, String whatToDo) {
        return new Finding(Verdict.ADVICE, found + "; " + whatToDo);
    }

    /** It doesn't work. */
    public static Finding failed(String found, String whatToDo) {
        return new Finding(Verdict.FAILED, found + "; " + whatToDo);
    }

    /** A wrong result of the program's cryptography. */
    static Finding wrong(String found) {
        return failed(found, DO_NOT_USE);
    }

    /** One line, as the program prints it. */
    public String line(String name) {
        return String.format("%-6s  %s: %s", verdict.label, name, text);
    }
}
