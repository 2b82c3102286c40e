package io.saltunnel.it.tour;

import java.util.List;

/**
 * A fenced block of the page.
 *
 * @param line the number of the first line inside
 * @param kind whether it is a file or a transcript
 * @param name of the file, or of the terminal; empty for commands that end by themselves
 * @param lines what is inside
 */
record TourBlock(int line, Kind kind, String name, List<String> lines) {

    /** Begins a line with a command. */
    static final String PROMPT = "$ ";

    enum Kind {
        TOML,
        CONSOLE
    }

    boolean startsTerminal() {
        return lines.get(0).startsWith(PROMPT);
    }
}
