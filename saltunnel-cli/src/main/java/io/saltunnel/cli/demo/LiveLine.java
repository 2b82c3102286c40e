package io.saltunnel.cli.demo;

import java.io.PrintWriter;

/** The last line of a terminal, which each text replaces. Used by one thread. */
public final class LiveLine {

    private static final String NOWHERE = "";

    /** Returns the cursor to the beginning of the line and clears the line. */
    private static final String CLEAR = "\r\033[K";

    private final PrintWriter out;
    private final String clear;

    private LiveLine(PrintWriter out, String clear) {
        this.out = out;
        this.clear = clear;
    }

    /**
     * Makes a line that is shown.
     *
     * @param terminal where to show it
     */
    public static LiveLine on(PrintWriter terminal) {
        return new LiveLine(terminal, CLEAR);
    }

    /**
     * Makes a line that isn't shown, because the output is no terminal.
     *
     * @param out stays untouched
     */
    public static LiveLine none(PrintWriter out) {
        return new LiveLine(out, NOWHERE);
    }

    /** Replaces the text. */
    void show(String text) {
        if (!clear.isEmpty()) {
            out.print(clear + text);
            out.flush();
        }
    }

    /** Removes the text, so that an ordinary line can take its place. */
    void clear() {
        show("");
    }
}
