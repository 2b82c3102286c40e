package io.saltunnel.cli.doctor;

/**
 * What a check found.
 *
 * @param verdict how bad it is
 * @param text what was found, and unless all is well, what to do
 */
public record Finding(Verdict verdict, String text) {

    /** How bad something is. The label begins its line. */
    public enum Verdict {
        /** Nothing to do. */
        OK("ok"),
        /** The program must not be used before something is done. */
        FAILED("FAILED");

        private final String label;

        Verdict(String label) {
            this.label = label;
        }
    }

    static Finding ok(String found) {
        return new Finding(Verdict.OK, found);
    }

    static Finding failed(String found, String whatToDo) {
        return new Finding(Verdict.FAILED, found + "; " + whatToDo);
    }

    /** One line, as the program prints it. */
    public String line(String name) {
        return String.format("%-6s  %s: %s", verdict.label, name, text);
    }
}
